// Themes over missions: first all of them, then one with what is behind each of its counts. Only counts are added up here;
// values of several missions become one only where the library defines them, and the service does that.
import { Link, useSearch } from "wouter-preact";
import { useGet } from "../api/store";
import type { MissionsOfRegion, ThemeAcrossMissions, ThemeCount, ThemesAcrossMissions } from "../api/types";
import { say, t } from "../i18n";
import { number } from "../i18n/format";
import { Choice } from "../parts/field";
import { Empty, Notice, Reading } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { Table } from "../parts/table";
import { Counted, MissionLink } from "./hq-parts";
import { together } from "./hq-theme-counts";
import { ThemeDetail } from "./hq-theme";

/** All themes, or the one that the address names. */
export function Themes() {
  const read = useGet<ThemesAcrossMissions>("/hq/themes");
  const [theme, region] = [useParameter("theme"), useParameter("region")];
  const set = useSetParameter();
  const of = read.data;
  const themes = [...new Set((of?.counts ?? []).map((one) => one.theme))];
  const own = of?.regions.find((one) => regionKey(one) === region);
  const shown = (of?.missions ?? []).filter((mission) => !own || own.missions.includes(mission.code));
  return (
    <Reading of={read}>
      {of && (
        <div class="stack">
          <div class="pair">
            <Choice label={t("hq.theme")} value={theme} none={t("hq.all_themes")} among={themes.map((one) => [one, themeName(one)] as const)} onInput={(value) => set("theme", value)} />
            <Choice label={t("hq.region")} value={region} none={t("hq.all_regions")} among={of.regions.map((one) => [regionKey(one), regionName(one)] as const)} onInput={(value) => set("region", value)} />
          </div>
          {of.without_plan.length > 0 && <Notice>{t("hq.without_plan", { missions: of.without_plan.join(", ") })}</Notice>}
          {themes.length === 0 ? (
            <Empty>{t("hq.no_themes")}</Empty>
          ) : theme ? (
            <OneTheme of={of} theme={theme} codes={shown.map((one) => one.code)} />
          ) : (
            <section class="card stack" aria-labelledby="hq-themes">
              <h2 id="hq-themes">{t("hq.themes")}</h2>
              <Table
                caption={t("hq.themes")}
                rows={themes.map((one) => together(one, of.counts.filter((count) => count.theme === one && shown.some((mission) => mission.code === count.mission))))}
                keyOf={(one) => one.theme}
                columns={[
                  { head: t("hq.theme"), names: true, cell: (one) => <ThemeLink theme={one.theme}>{themeName(one.theme)}</ThemeLink> },
                  { head: t("hq.with_it"), numeric: true, cell: (one) => t("hq.of_missions", { count: one.missions, all: shown.length }) },
                  ...countColumns((one) => ({ theme: one.theme })),
                ]}
              />
              <p class="soft small">{t("hq.themes_told")} {t("hq.counts_only")}</p>
            </section>
          )}
        </div>
      )}
    </Reading>
  );
}

/** One theme: by mission, by region, and what each count opens. */
function OneTheme({ of, theme, codes }: { of: ThemesAcrossMissions; theme: string; codes: readonly string[] }) {
  const read = useGet<ThemeAcrossMissions>(`/hq/theme?theme=${encodeURIComponent(theme)}`);
  const none = together(theme, []);
  const missions = of.missions.filter((mission) => codes.includes(mission.code)).map((mission) => ({ ...(of.counts.find((one) => one.theme === theme && one.mission === mission.code) ?? none), mission }));
  const regions = of.regions.flatMap((region) => {
    const count = of.by_region.find((one) => one.theme === theme && one.region === region.code && (region.code || region.missions.length > 0));
    return [{ ...(count ?? none), region }];
  });
  return (
    <>
      <section class="card stack" aria-labelledby="hq-theme">
        <h2 id="hq-theme">{themeName(theme)}</h2>
        <Table
          caption={t("hq.by_mission", { theme: themeName(theme) })}
          rows={missions}
          keyOf={(one) => one.mission.code}
          columns={[
            { head: t("missions.mission"), names: true, cell: (one) => <><MissionLink of={one.mission} to={`/m/${one.mission.code}/plan`} /><Nothing of={one} without={of.without_plan.includes(one.mission.code)} /></> },
            ...countColumns<(typeof missions)[number]>((one) => ({ in: one.mission.code }), (one) => !of.without_plan.includes(one.mission.code)),
          ]}
        />
        <p class="soft small">{t("hq.themes_told")}</p>
      </section>
      <section class="card stack" aria-labelledby="hq-regions">
        <h2 id="hq-regions">{t("hq.by_region")}</h2>
        <Table
          caption={t("hq.by_region")}
          rows={regions}
          keyOf={(one) => regionKey(one.region)}
          columns={[
            { head: t("hq.region"), names: true, cell: (one) => <>{regionName(one.region)}<br /><span class="soft small">{one.region.missions.join(", ")}</span></> },
            ...countColumns<(typeof regions)[number]>((one) => ({ region: regionKey(one.region), in: "" }), (one) => one.region.missions.some((code) => !of.without_plan.includes(code))),
          ]}
        />
        <p class="soft small">{t("hq.regions_told")}</p>
      </section>
      <Reading of={read}>{read.data && <ThemeDetail of={read.data} codes={codes} />}</Reading>
    </>
  );
}

function Nothing({ of, without }: { of: Counts; without: boolean }) {
  if (without) return <span class="soft small"> {t("hq.no_plan")}</span>;
  return of.outcomes + of.outputs === 0 ? <span class="soft small"> {t("hq.not_in_plan")}</span> : null;
}

const UNDER_WAY = ["accepted", "partly", "in_progress"];
const CARRIED_OUT = ["implemented", "verified"];

type Counts = Omit<ThemeCount, "mission" | "region">;

/** What is counted of a theme; each number opens what it counts. Where no plan is known, nothing is, which is no zero. */
function countColumns<Row extends Counts>(at: (row: Row) => Record<string, string>, isKnown: (row: Row) => boolean = () => true) {
  const missing = <span class="figure-missing">{t("figure.missing")}</span>;
  const known = (cell: (row: Row) => preact.ComponentChildren) => (row: Row) => (isKnown(row) ? cell(row) : missing);
  const opens = (row: Row, show: string, value: number) => (value === 0 ? <>{number(0)}</> : <ThemeLink {...at(row)} show={show}>{number(value)}</ThemeLink>);
  const sum = (row: Row, states?: readonly string[]) => row.recommendations.filter((one) => !states || states.includes(one.state)).reduce((all, one) => all + one.count, 0);
  const late = (row: Row) => row.recommendations.reduce((all, one) => all + one.late, 0);
  const became = (row: Row) => t("hq.became", { open: number(sum(row, UNDER_WAY)), done: number(sum(row, CARRIED_OUT)), late: number(late(row)) });
  return [
    { head: t("hq.outcomes"), numeric: true, cell: known((row) => opens(row, "outcome", row.outcomes)) },
    { head: t("hq.outputs"), numeric: true, cell: known((row) => opens(row, "output", row.outputs)) },
    { head: t("hq.measured"), numeric: true, cell: known((row) => opens(row, "indicator", row.indicators)) },
    { head: t("hq.standing"), cell: known((row) => (row.statuses.length === 0 ? <>–</> : <Counted statuses={row.statuses} />)) },
    { head: t("hq.rated"), cell: known((row) => <Rated of={row} />) },
    { head: t("hq.since_last"), cell: known((row) => (row.indicators === 0 ? <>–</> : <span class="small">{t("hq.since", { better: number(row.better), same: number(row.same), worse: number(row.worse), unknown: number(row.unknown) })}</span>)) },
    { head: t("hq.recommendations"), cell: known((row) => (sum(row) === 0 ? <>{number(0)}</> : <><ThemeLink {...at(row)} show="recommendation">{number(sum(row))}</ThemeLink> <span class="soft small">{became(row)}</span></>)) },
  ];
}

/** How assessments rated outcomes; that none did is said, and is no rating. */
function Rated({ of }: { of: Counts }) {
  if (of.outcomes === 0) return <>–</>;
  return (
    <span class="row">
      <Counted statuses={of.ratings} />
      {of.unrated > 0 && <span class="soft small">{t("hq.unrated", { count: of.unrated })}</span>}
    </span>
  );
}

/** A link that keeps the view and says what of it is asked for. */
export function ThemeLink({ children, ...to }: { children: preact.ComponentChildren; view?: string; theme?: string; in?: string; region?: string; show?: string }) {
  const next = new URLSearchParams(useSearch());
  for (const [name, value] of Object.entries(to)) value ? next.set(name, value) : next.delete(name);
  return <Link href={`/hq?${next}${to.show ? "#hq-counted" : ""}`}>{children}</Link>;
}

const NOWHERE = "none";
const regionKey = (of: MissionsOfRegion) => of.code || NOWHERE;
const regionName = (of: MissionsOfRegion) => say(of.name) || t("hq.no_region");

/** A theme as people read it. */
export function themeName(theme: string): string {
  if (theme === "gender") return t("hq.theme_gender");
  if (theme === "poc") return t("hq.theme_poc");
  if (theme === "youth") return t("hq.theme_youth");
  const [kind, named] = [theme.slice(0, theme.indexOf(":")), theme.slice(theme.indexOf(":") + 1)];
  if (kind === "a4p+") return t("hq.theme_a4p", { named });
  return kind === "sdg16" ? t("hq.theme_sdg", { named }) : theme;
}
