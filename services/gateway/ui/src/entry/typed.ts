// What a person types into a cell, or pastes from a spreadsheet, as what was observed; and back.
import { language, t, word } from "../i18n";
import { number } from "../i18n/format";

/** What a cell says. */
export interface Said {
  kind: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  level: string;
  text: string;
}

const NOTHING: Said = { kind: "", value: null, numerator: null, denominator: null, level: "", text: "" };
const MISSING = new Set(["-", "–", "—", "..", "...", "missing", "manquant", "manquante"]);
const NOT_APPLICABLE = new Set(["n/a", "na", "#n/a", "s.o.", "so", "sans objet", "not applicable"]);
const SUPPRESSED = new Set(["*", "•••", "suppressed", "masqué", "masquée"]);

/**
 * A number as English or French writes it, and as spreadsheets copy it; null for what is none.
 * "1,234" is 1.234 where the language has a decimal comma, and 1234 where it has not.
 */
export function numberFrom(typed: string, decimalComma: boolean): number | null {
  let text = typed.replaceAll(/[\s\u00a0\u202f']/g, "").replace("−", "-");
  const [comma, point] = [text.lastIndexOf(","), text.lastIndexOf(".")];
  if (comma >= 0 && point >= 0) {
    // Both: the last one is the decimal sign, the others set thousands apart.
    const [group, decimal] = comma > point ? [".", ","] : [",", "."];
    if (!grouped(text.slice(0, text.lastIndexOf(decimal)), group)) return null;
    text = text.replaceAll(group, "").replace(decimal, ".");
  } else if (comma >= 0) {
    const groups = text.split(",").length > 2 || (!decimalComma && /^-?[1-9]\d{0,2},\d{3}$/.test(text));
    if (groups && !grouped(text, ",")) return null;
    text = groups ? text.replaceAll(",", "") : text.replace(",", ".");
  }
  return /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

function grouped(whole: string, sign: string): boolean {
  const [first = "", ...rest] = whole.split(sign);
  return /^-?\d{1,3}$/.test(first) && rest.every((part) => /^\d{3}$/.test(part));
}

/** What was typed for an indicator of a kind; a string that says what would be right where it is nothing. */
export function saidBy(typed: string, indicatorKind: string): Said | string {
  const text = typed.trim();
  const lower = text.toLowerCase();
  if (MISSING.has(lower)) return { ...NOTHING, kind: "missing" };
  if (NOT_APPLICABLE.has(lower)) return { ...NOTHING, kind: "not_applicable" };
  if (SUPPRESSED.has(lower)) return { ...NOTHING, kind: "suppressed" };
  if (indicatorKind === "qualitative") return { ...NOTHING, kind: "text", text };
  const decimalComma = language.value === "fr";
  if (indicatorKind === "ratio") {
    const [above = "", below = "", ...more] = text.split("/");
    const [numerator, denominator] = [numberFrom(above, decimalComma), numberFrom(below, decimalComma)];
    if (numerator === null || denominator === null || more.length > 0) return t("entry.type_ratio");
    return { ...NOTHING, kind: "ratio", numerator, denominator };
  }
  const value = numberFrom(text, decimalComma);
  if (value !== null) return { ...NOTHING, kind: "value", value };
  return indicatorKind === "scale" || indicatorKind === "milestone" ? { ...NOTHING, kind: "level", level: text } : t("entry.type_number");
}

/** What a cell shows. */
export function shown(said: Said): string {
  switch (said.kind) {
    case "value":
      return number(said.value ?? 0, 6);
    case "ratio":
      return `${number(said.numerator ?? 0, 6)} / ${number(said.denominator ?? 0, 6)}`;
    case "level":
      return said.level;
    case "text":
      return said.text;
    case "not_applicable":
      return t("figure.not_applicable");
    case "suppressed":
      return t("figure.suppressed");
    default:
      return t("figure.missing");
  }
}

/** What stands in the editor of a cell, and what is copied: a number without what sets thousands apart. */
export function editable(said: Said): string {
  const plain = (value: number | null) => (language.value === "fr" ? String(value ?? 0).replace(".", ",") : String(value ?? 0));
  if (said.kind === "value") return plain(said.value);
  if (said.kind === "ratio") return `${plain(said.numerator)}/${plain(said.denominator)}`;
  return shown(said);
}

/** The word for what has no number, and that a zero is one; read out beside the sign. */
export function meaning(said: Said): string {
  if (said.kind === "value") return said.value === 0 ? t("figure.zero_title") : "";
  return ["ratio", "level", "text"].includes(said.kind) ? "" : word(said.kind);
}

/** True when two say the same. */
export function sameSaid(one: Said, other: Said): boolean {
  return one.kind === other.kind && one.value === other.value && one.numerator === other.numerator && one.denominator === other.denominator && one.level === other.level && one.text === other.text;
}

/** A block from a spreadsheet: rows of cells, separated by tabs; a cell in quotes may hold both. */
export function blockOf(text: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], "", false];
  const source = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(/\n$/, "");
  for (let place = 0; place < source.length; place += 1) {
    const sign = source[place];
    if (quoted && sign === '"' && source[place + 1] === '"') {
      cell += '"';
      place += 1;
    } else if (quoted && sign === '"') quoted = false;
    else if (!quoted && sign === '"' && cell === "") quoted = true;
    else if (!quoted && (sign === "\t" || sign === "\n")) {
      row.push(cell);
      cell = "";
      if (sign === "\n") {
        rows.push(row);
        row = [];
      }
    } else cell += sign;
  }
  return [...rows, [...row, cell]];
}
