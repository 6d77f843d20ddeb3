// Compiles the message catalogues of one language: ICU messages in src/locales/<language>/*.json
// become the arrays that @lingui/core runs without a parser.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";

const locales = join(dirname(fileURLToPath(import.meta.url)), "../src/locales");

/** What stands on every page, and on the first ones: it comes before anything is drawn. The rest comes with the first later screen. */
const FIRST = ["offline.json", "shell.json", "words.json"];

/** The messages of a language by id, as written: of "first", of "rest", or all. */
export function messagesOf(language, part) {
  const folder = join(locales, language);
  const messages = {};
  for (const file of readdirSync(folder).sort()) {
    if (part && (part === "first") !== FIRST.includes(file)) continue;
    for (const [id, message] of Object.entries(JSON.parse(readFileSync(join(folder, file), "utf8")))) {
      if (id in messages) throw new Error(`${language}/${file}: the message "${id}" is there twice`);
      messages[id] = message;
    }
  }
  return messages;
}

/** The same messages, compiled. */
export function compiledMessagesOf(language, part) {
  return Object.fromEntries(Object.entries(messagesOf(language, part)).map(([id, message]) => [id, compileMessage(message)]));
}
