export function partsOf(language: string): string[];
export function messagesOf(language: string, part?: string): Record<string, string>;
export function compiledMessagesOf(language: string, part?: string): Record<string, unknown>;
