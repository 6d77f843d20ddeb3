// Finds stakeholders on the grid and in the table: by name, kind, area, stance, and how old the last assessment is.
import { useAll, useGet } from "../api/store";
import type { Area, ListAreasResponse, ListStakeholdersResponse, Stakeholder, StakeholderGrid } from "../api/types";
import { say, t, word } from "../i18n";
import { today } from "../i18n/periods";
import { useParameter, useSetParameter } from "../parts/page";
import { below } from "../session";
import { plain } from "../shell/search";
import { STAKEHOLDER_KINDS } from "../words";

const STANCES = ["prevents", "neutral", "promotes"] as const;
const MONTHS = ["3", "6", "12"] as const;

/** What the address asks for; "" of each: all. */
export interface Wanted {
  q: string;
  kind: string;
  area: string;
  stance: string;
  /** Months since the last assessment, at least. */
  older: string;
}

/** The day so many months before another one. */
function monthsBefore(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date.toISOString().slice(0, 10);
}

/** The codes that an area lies in, and those that lie in it, with itself. */
function related(areas: readonly Area[], code: string): Set<string> {
  const parent = new Map(areas.map((area) => [area.code, area.parent_code]));
  const up = (from: string): string[] => (from ? [from, ...up(parent.get(from) ?? "")] : []);
  return new Set([...up(code), ...areas.filter((area) => up(area.code).includes(code)).map((area) => area.code)]);
}

/** The grid with those that fit; one without areas is of the whole mission, and fits any area. */
export function fitting(grid: StakeholderGrid, wanted: Wanted, known: readonly Stakeholder[], areas: readonly Area[], day: string): StakeholderGrid {
  const byId = new Map(known.map((one) => [one.id, one]));
  const near = wanted.area ? related(areas, wanted.area) : undefined;
  const fits = (id: string, name: string, kind: string) => {
    const of = byId.get(id);
    const names = [name, ...(of?.aliases ?? []), ...(of?.also_known ?? [])];
    return (!wanted.q || names.some((one) => plain(one).includes(plain(wanted.q)))) && (!wanted.kind || kind === wanted.kind) && (!near || !of || of.areas.length === 0 || of.areas.some((code) => near.has(code)));
  };
  const stands = (stance: number) => !wanted.stance || (wanted.stance === "prevents" ? stance < 0 : wanted.stance === "promotes" ? stance > 0 : stance === 0);
  const before = wanted.older ? monthsBefore(day, Number(wanted.older)) : "";
  return {
    ...grid,
    positions: grid.positions.filter((one) => fits(one.stakeholder_id, one.name, one.kind) && stands(one.stance) && (!before || one.as_of <= before)),
    unassessed: wanted.stance ? [] : grid.unassessed.filter((one) => fits(one.id, one.name, one.kind)),
  };
}

/** What the address asks for. */
export function useWanted(): Wanted {
  return { q: useParameter("q") ?? "", kind: useParameter("kind") ?? "", area: useParameter("area") ?? "", stance: useParameter("stance") ?? "", older: useParameter("older") ?? "" };
}

/** The grid as the address asks for it. */
export function useFitting(grid: StakeholderGrid | undefined): StakeholderGrid | undefined {
  const wanted = useWanted();
  const asked = Object.values(wanted).some(Boolean);
  const stakeholders = useAll<ListStakeholdersResponse>(asked ? below("stakeholders?page_size=200") : null);
  const areas = useGet<ListAreasResponse>(asked ? below("areas") : null);
  if (!grid || !asked) return grid;
  return fitting(grid, wanted, stakeholders.data?.stakeholders ?? [], areas.data?.areas ?? [], grid.as_of || today());
}

/** The fields of the filter, and how many are left. */
export function StakeholderFilter({ shown, all }: { shown: number; all: number }) {
  const wanted = useWanted();
  const set = useSetParameter();
  const areas = useGet<ListAreasResponse>(below("areas"));
  const choice = (name: keyof Wanted, label: string, among: readonly (readonly [string, string])[]) => (
    <label class="row">
      {label}
      <select class="control" value={wanted[name]} onChange={(event) => set(name, event.currentTarget.value)}>
        <option value="">{t("stakeholders.any")}</option>
        {among.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </label>
  );
  return (
    <div class="row" role="search" aria-label={t("stakeholders.filter")}>
      <input class="control" type="search" aria-label={t("stakeholders.find")} placeholder={t("stakeholders.find")} value={wanted.q} onInput={(event) => set("q", event.currentTarget.value)} />
      {choice("kind", t("field.kind"), STAKEHOLDER_KINDS.map((one) => [one, word(one)] as const))}
      {choice("area", t("field.area"), (areas.data?.areas ?? []).map((one) => [one.code, say(one.name) || one.code] as const))}
      {choice("stance", t("stakeholders.stance"), STANCES.map((one) => [one, t(`stakeholders.stance_${one}`)] as const))}
      {choice("older", t("stakeholders.assessed"), MONTHS.map((one) => [one, t("stakeholders.older", { count: Number(one) })] as const))}
      {shown < all && <span class="soft" role="status">{t("stakeholders.shown", { shown, all })}</span>}
    </div>
  );
}
