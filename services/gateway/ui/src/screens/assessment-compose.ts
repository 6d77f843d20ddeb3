// A narrative put together from what was computed, by rules, in English and French: a draft for somebody to read and change.
import type { Analysis, GatheredItem, OutputContribution, Text } from "../api/types";

/** Checks of a contribution that speak of other explanations. */
const OTHER = ["rivals", "reverse", "before_adoption", "coding_break", "largest_area", "changing_areas", "staggered", "synthetic"];

/** What the ticked analyses, contributions and other records say to a question; each sentence once, in the order of what is ticked. */
export function compose(question: string, analyses: readonly Analysis[], contributions: readonly OutputContribution[], others: readonly GatheredItem[] = []): Text {
  const said = [...sentences(question, analyses, contributions), ...others.filter((one) => one.questions.includes(question)).map((one) => one.statement)];
  // A question to which the numbers say nothing is begun from what they do say.
  const all = said.length > 0 ? said : [...analyses.map((one) => one.statement), ...contributions.map((one) => one.statement), ...others.map((one) => one.statement)];
  const once = (language: "en" | "fr") => [...new Set(all.flatMap((text) => (text ? [text[language] || text.en] : [])))].join("\n");
  return { en: once("en"), fr: once("fr") };
}

function sentences(question: string, analyses: readonly Analysis[], contributions: readonly OutputContribution[]): (Text | null)[] {
  switch (question) {
    case "link":
      return contributions.flatMap((one) => [one.statement, ...one.reasons, ...compared(one)]);
    case "alternatives":
      return [
        ...contributions.flatMap((one) => one.checks.filter((check) => OTHER.includes(check.check) && check.result !== "untested").map((check) => check.text)),
        ...analyses.flatMap((one) => one.cautions),
      ];
    case "gender_and_youth":
      return analyses.flatMap((one) => one.gaps.filter((gap) => gap.dimension !== "area").map((gap) => gap.statement));
    default:
      return analyses.map((one) => one.statement);
  }
}

/** What the comparisons over starts say, where they apply. */
export function compared(of: Pick<OutputContribution, "staggered" | "synthetic">): (Text | null)[] {
  return [of.staggered, of.synthetic].flatMap((one) => (one?.applies ? [one.statement] : []));
}

/** A draft behind what is written already. */
export function appended(written: Text | null, drafted: Text): Text {
  const join = (before: string, after: string) => [before.trim(), after].filter(Boolean).join("\n\n");
  return { en: join(written?.en ?? "", drafted.en), fr: join(written?.fr ?? "", drafted.fr) };
}
