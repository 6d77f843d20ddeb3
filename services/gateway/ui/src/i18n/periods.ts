// Periods as the API writes them: 2024-03-17, 2024-03, 2024-Q1, 2024-H1, 2024, FY2024.

export type Frequency = "day" | "month" | "quarter" | "half_year" | "year" | "fiscal_year";
const DAY_MS = 86_400_000;

/** The length of a period; null for a text that is none. */
export function frequencyOf(period: string): Frequency | null {
  if (/^FY\d{4}$/.test(period)) return "fiscal_year";
  if (/^\d{4}$/.test(period)) return "year";
  if (/^\d{4}-Q[1-4]$/.test(period)) return "quarter";
  if (/^\d{4}-H[12]$/.test(period)) return "half_year";
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) return "month";
  if (/^\d{4}-\d{2}-\d{2}$/.test(period) && !Number.isNaN(Date.parse(period))) return "day";
  return null;
}

const MONTHS: Record<Frequency, number> = { day: 0, month: 1, quarter: 3, half_year: 6, year: 12, fiscal_year: 12 };

/** First day (UTC) of a period. */
export function firstDay(period: string, fiscalStart = 7): Date {
  const frequency = frequencyOf(period);
  const year = Number(period.replace("FY", "").slice(0, 4));
  switch (frequency) {
    case "day":
      return new Date(`${period}T00:00:00Z`);
    case "month":
      return new Date(Date.UTC(year, Number(period.slice(5)) - 1, 1));
    case "quarter":
    case "half_year":
      return new Date(Date.UTC(year, (Number(period.slice(6)) - 1) * MONTHS[frequency], 1));
    case "fiscal_year":
      return new Date(Date.UTC(fiscalStart > 1 ? year - 1 : year, fiscalStart - 1, 1));
    default:
      return new Date(Date.UTC(year, 0, 1));
  }
}

/** The first day after a period. */
export function dayAfter(period: string, fiscalStart = 7): Date {
  const first = firstDay(period, fiscalStart);
  const frequency = frequencyOf(period) ?? "year";
  if (frequency === "day") return new Date(first.getTime() + DAY_MS);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + MONTHS[frequency], 1));
}

/** The period of a length that a day lies in. */
export function containing(day: Date, frequency: Frequency, fiscalStart = 7): string {
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()];
  const two = (value: number) => String(value).padStart(2, "0");
  switch (frequency) {
    case "day":
      return `${year}-${two(month + 1)}-${two(day.getUTCDate())}`;
    case "month":
      return `${year}-${two(month + 1)}`;
    case "quarter":
      return `${year}-Q${Math.floor(month / 3) + 1}`;
    case "half_year":
      return `${year}-H${Math.floor(month / 6) + 1}`;
    case "fiscal_year":
      return `FY${fiscalStart > 1 && month + 1 >= fiscalStart ? year + 1 : year}`;
    default:
      return String(year);
  }
}

/** True when all of `inner` lies in `outer`. */
export function covers(outer: string, inner: string, fiscalStart = 7): boolean {
  return firstDay(outer, fiscalStart) <= firstDay(inner, fiscalStart) && dayAfter(inner, fiscalStart) <= dayAfter(outer, fiscalStart);
}

const SEQUENCE_MAX = 5_000;

/** All periods from the first to the last, both with them; what lies between is there even without data. */
export function sequence(first: string, last: string, fiscalStart = 7): string[] {
  const frequency = frequencyOf(first);
  if (!frequency || frequency !== frequencyOf(last)) return [first, last];
  const result: string[] = [];
  for (let now = first; result.length < SEQUENCE_MAX; now = containing(dayAfter(now, fiscalStart), frequency, fiscalStart)) {
    result.push(now);
    if (now === last || firstDay(now, fiscalStart) > firstDay(last, fiscalStart)) break;
  }
  return result;
}

/** Today as the API writes a date. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
