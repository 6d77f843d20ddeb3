// Which part of the framework is shown; the address holds it.
import { useMemo } from "preact/hooks";
import { useSearch } from "wouter-preact";
import type { ListAreasResponse } from "../api/types";
import { useGet } from "../api/store";
import { say, t, word } from "../i18n";
import { useSetParameter } from "../parts/page";
import { type Filter, type FilterName, FILTERS, isFiltered } from "../plan/filter";
import { below } from "../session";

const LABELS = { component: "plan.component", section: "plan.section", area: "field.area", marker: "plan.markers", stakeholder: "plan.stakeholder" } as const;

/** What the address asks for. */
export function useFilter(): Filter {
  const search = useSearch();
  return useMemo(() => {
    const asked = new URLSearchParams(search);
    return Object.fromEntries(FILTERS.map((name) => [name, asked.get(name) ?? ""])) as Filter;
  }, [search]);
}

/** The choices, how many fit, and a way back to all. */
export function TreeFilter({ choices, names, fitting, all }: { choices: Record<FilterName, string[]>; names: ReadonlyMap<string, string>; fitting: number; all: number }) {
  const filter = useFilter();
  const set = useSetParameter();
  const areas = useGet<ListAreasResponse>(choices.area.length > 0 ? below("areas") : null);
  const shown = (name: FilterName, value: string): string => {
    if (name === "component") return word(value);
    if (name === "stakeholder") return names.get(value) ?? t("plan.someone");
    const area = name === "area" ? areas.data?.areas.find((one) => one.code === value) : undefined;
    return area ? say(area.name) : value;
  };
  const clear = () => {
    const search = new URLSearchParams(location.search);
    for (const name of FILTERS) search.delete(name);
    history.replaceState(null, "", `${location.pathname}${search.size > 0 ? `?${search}` : ""}`);
    dispatchEvent(new PopStateEvent("popstate"));
  };
  return (
    <details class="noprint" open={isFiltered(filter)}>
      <summary>{t("plan.filter")}{isFiltered(filter) && <span role="status">: {t("plan.fitting", { fitting, all })}</span>}</summary>
      <div class="narrow-choices">
        {FILTERS.map((name) => (choices[name].length > 0 || filter[name]) && (
          <label key={name}>
            {t(LABELS[name])}
            <select class="control" value={filter[name]} onChange={(event) => set(name, event.currentTarget.value)}>
              <option value="">{t("plan.any")}</option>
              {[...new Set([...choices[name], ...(filter[name] ? [filter[name]] : [])])].map((value) => <option key={value} value={value}>{shown(name, value)}</option>)}
            </select>
          </label>
        ))}
        {isFiltered(filter) && <button type="button" class="button" onClick={clear}>{t("plan.show_all")}</button>}
      </div>
    </details>
  );
}
