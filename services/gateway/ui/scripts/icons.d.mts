export function icons(): Record<string, string | Buffer>;
export function svg(): string;
