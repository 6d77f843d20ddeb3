// Numbers, dates and periods as the language of the screen writes them; dates are never ambiguous.
import { language, t, word } from "./index";

const LOCALES = { en: "en-GB", fr: "fr-FR" } as const;
const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${language.value}${JSON.stringify(options)}`;
  let format = formats.get(key) as Intl.NumberFormat | undefined;
  if (!format) formats.set(key, (format = new Intl.NumberFormat(LOCALES[language.value], options)));
  return format;
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${language.value}${JSON.stringify(options)}`;
  let format = formats.get(key) as Intl.DateTimeFormat | undefined;
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(LOCALES[language.value], { timeZone: "UTC", ...options })));
  return format;
}

/** A number with at most `digits` decimals; by size when not given, and what is small is never shown as zero. */
export function number(value: number, digits?: number): string {
  const size = Math.abs(value);
  if (digits === undefined && size > 0 && size < 1) return numberFormat({ maximumSignificantDigits: 2 }).format(value);
  const most = digits ?? (size >= 1_000 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2);
  return numberFormat({ maximumFractionDigits: most }).format(value);
}

/** A number as it is stored, where its source is shown. */
export function exact(value: number): string {
  return numberFormat({ maximumSignificantDigits: 15 }).format(value);
}

/** A share (0 to 1) as a percentage. */
export function percent(share: number, digits = 0): string {
  return numberFormat({ style: "percent", maximumFractionDigits: digits }).format(share);
}

/** A number with its sign, for differences. */
export function signed(value: number): string {
  return numberFormat({ maximumFractionDigits: 2, signDisplay: "exceptZero" }).format(value);
}

/** A date or period never breaks over two lines. */
const whole = (text: string): string => text.replaceAll(" ", "\u00a0");

/** "12 Mar 2026" of "2026-03-12" or an instant. */
export function date(text: string | null | undefined): string {
  if (!text) return "";
  const day = new Date(text.length === 10 ? `${text}T00:00:00Z` : text);
  return Number.isNaN(day.getTime()) ? text : whole(dateFormat({ day: "numeric", month: "short", year: "numeric" }).format(day));
}

/** "12 Mar 2026, 14:05 UTC" of an instant. */
export function instant(text: string | null | undefined): string {
  if (!text) return "";
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  const shown = dateFormat({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
  return `${whole(shown.format(at))}\u00a0UTC`;
}

/** "Mar 2024", "Q1 2024" (T1 in French), "H1 2024" (S1), "2024", "FY2024" (Ex. 2024), "17 Mar 2024". */
export function period(text: string | null | undefined): string {
  if (!text) return "";
  if (/^\d{4}$/.test(text)) return text;
  const fiscal = /^FY(\d{4})$/.exec(text);
  if (fiscal) return whole(t("period.fiscal", { year: fiscal[1] }));
  const part = /^(\d{4})-([QH])(\d)$/.exec(text);
  if (part) return whole(t(part[2] === "Q" ? "period.quarter" : "period.half", { part: part[3], year: part[1] }));
  if (/^\d{4}-\d{2}$/.test(text)) {
    return whole(dateFormat({ month: "short", year: "numeric" }).format(new Date(`${text}-01T00:00:00Z`)));
  }
  return date(text);
}

/** Something that may have no value: zero, missing, not applicable and suppressed read differently. */
export interface Figure {
  value?: number | null;
  kind?: string;
}

/** What a cell shows for a figure. */
export function figure(of: Figure | null | undefined, written: (value: number) => string = number): string {
  if (of && typeof of.value === "number" && (!of.kind || of.kind === "value" || of.kind === "ratio")) return written(of.value);
  switch (of?.kind) {
    case "not_applicable":
      return t("figure.not_applicable");
    case "suppressed":
      return t("figure.suppressed");
    default:
      return t("figure.missing");
  }
}

/** The word for what a figure is, read out where the cell shows a sign only. */
export function figureTitle(of: Figure | null | undefined): string {
  if (of && typeof of.value === "number" && (!of.kind || of.kind === "value" || of.kind === "ratio")) {
    return of.value === 0 ? t("figure.zero_title") : "";
  }
  return word(of?.kind && of.kind !== "value" ? of.kind : "missing");
}

/** "sex = f, age = 15-24" of a slice; the total for the empty one. */
export function slice(text: string): string {
  return text ? text.split(",").map((pair) => pair.replace("=", " = ")).join(", ") : t("slice.total");
}
