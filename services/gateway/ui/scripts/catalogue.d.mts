export function messagesOf(language: string): Record<string, string>;
export function compiledMessagesOf(language: string): Record<string, unknown>;
