// What all tiles are narrowed to; the address holds it. In print it stands as words.
import { useLocation, useSearch } from "wouter-preact";
import { useGet } from "../api/store";
import type { DashboardFilters, ListAreasResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { period } from "../i18n/format";
import { frequencyOf } from "../i18n/periods";
import { below } from "../session";
import { COMPONENTS } from "../words";
import { askedFilters, FILTER_NAMES, MARKERS, NO_FILTERS, withFilters } from "./dashboard-model";

/** The choices. `applied`: what the answer was narrowed to; the dashboard's own where the address says nothing. */
export function Filters({ applied }: { applied: DashboardFilters | null }) {
  const search = useSearch();
  const [path, go] = useLocation();
  const areas = useGet<ListAreasResponse>(below("areas"));
  const now = askedFilters(search) ?? applied ?? NO_FILTERS;
  const to = (filters: DashboardFilters) => go(`${path}?${withFilters(search, filters)}`, { replace: true });
  const set = (part: Partial<DashboardFilters>) => to({ ...now, ...part });
  const named = FILTER_NAMES.filter((name) => now[name]);
  const markers = [...new Set([...MARKERS, ...(now.marker ? [now.marker] : [])])];
  const areaName = (code: string) => say(areas.data?.areas.find((area) => area.code === code)?.name) || code;
  const inWords = { from: period(now.from), until: period(now.until), area: areaName(now.area), component: word(now.component), marker: markerName(now.marker) };
  return (
    <>
      <form class="filters noprint" aria-label={t("dashboard.filters")} onSubmit={(event) => event.preventDefault()}>
        <PeriodField label={t("dashboard.from")} value={now.from} onSet={(from) => set({ from })} />
        <PeriodField label={t("dashboard.until")} value={now.until} onSet={(until) => set({ until })} />
        <label>
          {t("field.area")}
          <select class="control" value={now.area} onChange={(event) => set({ area: event.currentTarget.value })}>
            <option value="">{t("area.whole")}</option>
            {now.area && !areas.data && <option value={now.area}>{now.area}</option>}
            {areas.data?.areas.map((area) => <option key={area.code} value={area.code}>{say(area.name)}</option>)}
          </select>
        </label>
        <label>
          {t("plan.component")}
          <select class="control" value={now.component} onChange={(event) => set({ component: event.currentTarget.value })}>
            <option value="">{t("dashboard.any")}</option>
            {COMPONENTS.map((one) => <option key={one} value={one}>{word(one)}</option>)}
          </select>
        </label>
        <label>
          {t("dashboard.marker")}
          <select class="control" value={now.marker} onChange={(event) => set({ marker: event.currentTarget.value })}>
            <option value="">{t("dashboard.any")}</option>
            {markers.map((one) => <option key={one} value={one}>{markerName(one)}</option>)}
          </select>
        </label>
        {named.length > 0 && <button type="button" class="button" onClick={() => to(NO_FILTERS)}>{t("dashboard.show_all")}</button>}
      </form>
      {named.length > 0 && <p class="print-only">{named.map((name) => `${t(LABELS[name])}: ${inWords[name]}`).join(" · ")}</p>}
    </>
  );
}

const LABELS = { from: "dashboard.from", until: "dashboard.until", area: "field.area", component: "plan.component", marker: "dashboard.marker" } as const;

function markerName(marker: string): string {
  const known = MARKERS.find((one) => one === marker);
  return known ? word(`marker_${known.replace("+", "")}`) : marker;
}

/** A period that is typed; it counts when it is whole. */
function PeriodField({ label, value, onSet }: { label: string; value: string; onSet: (value: string) => void }) {
  const settle = (input: HTMLInputElement) => {
    const typed = input.value.trim();
    const good = typed === "" || frequencyOf(typed) !== null;
    input.setCustomValidity(good ? "" : t("field.period_hint"));
    if (!good) input.reportValidity();
    else if (typed !== value) onSet(typed);
  };
  return (
    <label>
      {label}
      <input class="control" key={value} defaultValue={value} placeholder="2026-Q1" title={t("field.period_hint")} autocomplete="off" size={9} onInput={(event) => event.currentTarget.setCustomValidity("")} onChange={(event) => settle(event.currentTarget)} onKeyDown={(event) => event.key === "Enter" && settle(event.currentTarget)} />
    </label>
  );
}
