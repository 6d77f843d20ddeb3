// Compiles the message catalogues of one language: ICU messages in src/locales/<language>/*.json
// become the arrays that @lingui/core runs without a parser.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";

const locales = join(dirname(fileURLToPath(import.meta.url)), "../src/locales");

/** All messages of a language by id, as written. */
export function messagesOf(language) {
  const folder = join(locales, language);
  const messages = {};
  for (const file of readdirSync(folder).sort()) {
    for (const [id, message] of Object.entries(JSON.parse(readFileSync(join(folder, file), "utf8")))) {
      if (id in messages) throw new Error(`${language}/${file}: the message "${id}" is there twice`);
      messages[id] = message;
    }
  }
  return messages;
}

/** All messages of a language by id, compiled. A plain sentence stays a string. */
export function compiledMessagesOf(language) {
  return Object.fromEntries(
    Object.entries(messagesOf(language)).map(([id, message]) => {
      const compiled = compileMessage(message);
      return [id, compiled.length === 1 && typeof compiled[0] === "string" ? compiled[0] : compiled];
    }),
  );
}
