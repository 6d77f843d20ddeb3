// English and French are complete, say what the code asks for, and nothing that it does not.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { messagesOf, compiledMessagesOf } from "../scripts/catalogue.mjs";
import * as words from "../src/words";

const source = join(__dirname, "../src");
const en = messagesOf("en");
const fr = messagesOf("fr");

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.tsx?$/.test(name) ? [path] : [];
  });
}
const code = files(source).map((path) => readFileSync(path, "utf8")).join("\n");

const holes = (message: string) => [...message.matchAll(/\{(\w+)[,}]/g)].map((found) => found[1]).sort();

describe("the catalogue", () => {
  it("has the same messages in English and French", () => {
    expect(Object.keys(fr).sort()).toEqual(Object.keys(en).sort());
  });

  it("leaves no message empty and keeps every placeholder", () => {
    for (const [id, message] of Object.entries(en)) {
      expect(message.trim(), id).not.toBe("");
      expect((fr[id] ?? "").trim(), `${id} in French`).not.toBe("");
      expect(new Set(holes(fr[id] ?? "")), id).toEqual(new Set(holes(message)));
    }
  });

  it("compiles in both languages", () => {
    expect(Object.keys(compiledMessagesOf("en"))).toHaveLength(Object.keys(en).length);
    expect(Object.keys(compiledMessagesOf("fr"))).toHaveLength(Object.keys(fr).length);
  });

  it("knows every message that the code asks for", () => {
    const asked = [...code.matchAll(/\bt\("([\w.]+)"/g)].map((found) => found[1] ?? "");
    expect(asked.length).toBeGreaterThan(300);
    expect(asked.filter((id) => !(id in en))).toEqual([]);
  });

  it("has a word for every word of the closed vocabularies", () => {
    const prefixes: Record<string, string> = { QUESTIONS: "question_", RECOMMENDATION_KINDS: "recommendation_", AUDIENCES: "audience_", PAPER_TEMPLATES: "template_", BLOCK_KINDS: "block_", TILE_KINDS: "tile_", GRADES: "grade_", CHECKS: "check_", CHECK_RESULTS: "check_", HEATS: "heat_", SERIES_CHANGES: "change_", MEASURES: "measure_", THEMES: "theme_", GAP_DIMENSIONS: "gap_", FORECAST_SHAPES: "shape_" };
    for (const [name, vocabulary] of Object.entries(words)) {
      for (const one of vocabulary) expect(en, `${name}: ${one}`).toHaveProperty([`word.${prefixes[name] ?? ""}${one}`]);
    }
  });

  it("keeps no message that nothing uses", () => {
    const written = new Set([...code.matchAll(/"([\w.-]+)(?=")/g)].map((found) => found[1]));
    // Ids that are put together: t(`plan.add_${kind}`).
    const built = [...new Set([...code.matchAll(/t\(`([\w.]+)\$\{/g)].map((found) => found[1] ?? "~"))];
    const unused = Object.keys(en).filter((id) => {
      if (id.startsWith("word.")) return false;
      const stem = id.slice(0, id.lastIndexOf(".") + 1);
      return !written.has(id) && !built.some((begin) => id.startsWith(begin) && begin.startsWith(stem));
    });
    expect(unused).toEqual([]);
  });
});
