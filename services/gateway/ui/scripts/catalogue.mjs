// Compiles the message catalogues of one language: ICU messages in src/locales/<language>/*.json
// become the arrays that @lingui/core runs without a parser.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileMessage } from "@lingui/message-utils/compileMessage";

const locales = join(dirname(fileURLToPath(import.meta.url)), "../src/locales");

/** What stands on every page, and on the first ones: it comes before anything is drawn. Every other file is a part of its own. */
const FIRST = ["offline.json", "shell.json", "words.json"];

const partOf = (file) => (FIRST.includes(file) ? "first" : file.replace(/\.json$/, ""));
const filesOf = (language) => readdirSync(join(locales, language)).sort();

/** The parts that a catalogue comes in: "first", and one for each group of screens. */
export function partsOf(language) {
  return [...new Set(filesOf(language).map(partOf))];
}

/** The messages of a language by id, as written: of a part, or all. */
export function messagesOf(language, part) {
  const messages = {};
  for (const file of filesOf(language)) {
    if (part && partOf(file) !== part) continue;
    for (const [id, message] of Object.entries(JSON.parse(readFileSync(join(locales, language, file), "utf8")))) {
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
