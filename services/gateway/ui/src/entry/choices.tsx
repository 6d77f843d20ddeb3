// What the grid shows, chosen by the person and held by the address.
import { useMemo } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import type { Area, Indicator } from "../api/types";
import { say, t, word } from "../i18n";
import { period as periodText, slice as sliceText } from "../i18n/format";
import { containing, dayAfter, firstDay, frequencyOf, type Frequency } from "../i18n/periods";
import type { CellAt } from "../offline/change";
import { Choice } from "../parts/field";
import { isComputed } from "../screens/indicator-sheet";
import { mission } from "../session";
import { FREQUENCIES } from "../words";
import type { Line } from "./model";

/** Periods side by side. */
const PERIODS = 12;

/** A grid as the address asks for it. */
export interface View {
  /** Rows: the indicators of a section, or the areas of one indicator. */
  by: "indicator" | "area";
  /** Columns, where rows are areas. */
  across: "period" | "slice";
  section: string;
  sections: string[];
  frequency: Frequency;
  frequencies: Frequency[];
  indicators: Indicator[];
  /** All that are active, to choose from. */
  active: Indicator[];
  indicator: Indicator;
  areas: { code: string; name: string }[];
  allAreas: { code: string; name: string }[];
  area: string;
  slices: boolean;
  /** The last period; across slices the only one. */
  period: string;
  periods: string[];
  kind: string;
  common: Partial<CellAt>;
  title: string;
  query: string;
  key: string;
}

/** The period before. */
export function before(period: string, start: number): string {
  return containing(new Date(firstDay(period, start).getTime() - 86_400_000), frequencyOf(period) ?? "month", start);
}

/** The view of the address; null when there is nothing to enter. */
export function useView(all: readonly Indicator[], places: readonly Area[]): View | null {
  const search = useSearch();
  const start = mission.value?.fiscal_year_start_month ?? 7;
  return useMemo(() => viewOf(new URLSearchParams(search), all, places, start, new Date()), [search, all, places, start, t("entry.title")]);
}

/** The same as a function of what it rests on. */
export function viewOf(asked: URLSearchParams, all: readonly Indicator[], places: readonly Area[], start: number, now: Date): View | null {
  const active = all.filter((one) => one.state === "active" && !isComputed(one));
  const first = active[0];
  if (!first) return null;
  const by = asked.get("by") === "area" ? "area" : "indicator";
  const sections = [...new Set(active.map((one) => one.owner_section))].sort();
  const section = sections.find((one) => one === asked.get("section")) ?? active.find((one) => one.code === asked.get("indicator"))?.owner_section ?? sections[0] ?? "";
  const own = active.filter((one) => one.owner_section === section);
  const frequencies = FREQUENCIES.filter((one) => own.some((indicator) => indicator.frequency === one));
  const usual = [...frequencies].sort((one, other) => own.filter((x) => x.frequency === other).length - own.filter((x) => x.frequency === one).length)[0];
  const indicator = active.find((one) => one.code === asked.get("indicator")) ?? own[0] ?? first;
  const frequency = (by === "area" ? indicator.frequency : (frequencies.find((one) => one === asked.get("every")) ?? usual ?? "month")) as Frequency;
  const to = asked.get("to") ?? "";
  const period = frequencyOf(to) === frequency ? to : containing(now, frequency, start);
  const across = by === "area" && asked.get("across") === "slice" ? "slice" : "period";
  const periods = [period];
  while (across === "period" && periods.length < PERIODS) periods.unshift(before(periods[0] ?? period, start));
  const allAreas = [{ code: "", name: t("area.whole") }, ...[...places].map((one) => ({ code: one.code, name: say(one.name) || one.code }))];
  const area = allAreas.find((one) => one.code === asked.get("area"))?.code ?? "";
  const slices = asked.get("slices") === "1";
  const query = new URLSearchParams(by === "area" ? { indicator: indicator.code, every_area: "true" } : { section, ...(area ? { area } : {}) });
  query.set("first_period", periods[0] ?? period);
  query.set("last_period", period);
  const title = by === "area" ? say(indicator.name) : `${section}, ${allAreas.find((one) => one.code === area)?.name}`;
  const common: Partial<CellAt> = by === "area" ? { indicator_code: indicator.code, ...(across === "slice" ? { period } : {}) } : { area };
  return {
    by, across, section, sections, frequency, frequencies, indicators: own.filter((one) => one.frequency === frequency), active, indicator, areas: allAreas, allAreas, area, slices, period, periods,
    kind: indicator.kind, common, title, query: query.toString(), key: `${by} ${across} ${frequency} ${slices} ${query} ${title}`,
  };
}

/** The columns of a view. */
export function columnsOf(view: View): Line[] {
  if (view.across === "period") return view.periods.map((one) => ({ key: one, head: periodText(one), place: { period: one } }));
  const slices = view.indicator.disaggregations.flatMap((one) => one.categories.map((category) => `${one.dimension}=${category}`));
  return ["", ...slices].map((one) => ({ key: one || "total", head: sliceText(one), place: { slice: one } }));
}

/** The choices above the grid. */
export function Choices({ view }: { view: View }) {
  const [, go] = useLocation();
  const search = useSearch();
  const start = mission.value?.fiscal_year_start_month ?? 7;
  const set = (change: Record<string, string>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(change)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    go(`${location.pathname}?${next}`);
  };
  const jump = (forward: boolean) => {
    let period = view.period;
    const steps = view.across === "slice" ? 1 : PERIODS;
    for (let step = 0; step < steps; step += 1) period = forward ? containing(dayAfter(period, start), view.frequency, start) : before(period, start);
    set({ to: period });
  };
  return (
    <div class="entry-choices">
      <Choice label={t("entry.by")} value={view.by} among={[["indicator", t("entry.by_indicator")], ["area", t("entry.by_area")]]} onInput={(by) => set({ by, indicator: view.indicator.code, section: view.section })} />
      {view.by === "indicator" ? (
        <>
          <Choice label={t("entry.section")} value={view.section} among={view.sections.map((one) => [one, one || "–"] as const)} onInput={(section) => set({ section, indicator: "", every: "" })} />
          <Choice label={t("field.area")} value={view.area} among={view.allAreas.map((one) => [one.code, one.name] as const)} onInput={(area) => set({ area })} />
          {view.frequencies.length > 1 && <Choice label={t("entry.frequency")} value={view.frequency} among={view.frequencies} onInput={(every) => set({ every, to: "" })} />}
          <Choice label={t("field.slice")} value={view.slices ? "1" : ""} among={[["", t("entry.totals")], ["1", t("entry.with_slices")]]} onInput={(slices) => set({ slices })} />
        </>
      ) : (
        <>
          <Choice label={t("field.indicator")} value={view.indicator.code} among={view.active.map((one) => [one.code, `${one.code} · ${say(one.name)}`] as const)} onInput={(indicator) => set({ indicator, to: "" })} />
          {view.indicator.disaggregations.length > 0 && <Choice label={t("entry.across")} value={view.across} among={[["period", t("field.period")], ["slice", t("field.slice")]]} onInput={(across) => set({ across })} />}
        </>
      )}
      <div class="field">
        <span class="label">{t("field.period")}</span>
        <span class="row close">
          <button type="button" class="button" aria-label={t("entry.earlier")} onClick={() => jump(false)}>←</button>
          <span class="span">{view.across === "slice" ? periodText(view.period) : `${periodText(view.periods[0])} – ${periodText(view.period)}`}{view.by === "area" && <span class="unseen"> {word(view.frequency)}</span>}</span>
          <button type="button" class="button" aria-label={t("entry.later")} onClick={() => jump(true)}>→</button>
        </span>
      </div>
    </div>
  );
}
