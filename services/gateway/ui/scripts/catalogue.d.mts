export function messagesOf(language: string, part?: "first" | "rest"): Record<string, string>;
export function compiledMessagesOf(language: string, part?: "first" | "rest"): Record<string, unknown>;
