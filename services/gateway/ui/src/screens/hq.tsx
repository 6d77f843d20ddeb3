// Headquarters: all missions side by side, outside of any. Each mission that is read here sees it.
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { RecommendationsAcrossMissions, ThemesAcrossMissions } from "../api/types";
import { language, t, word } from "../i18n";
import { number } from "../i18n/format";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter, useSetParameter } from "../parts/page";
import { Choice } from "../parts/field";
import { Table } from "../parts/table";
import { chooseLanguage, session } from "../session";
import { RECOMMENDATION_KINDS, RECOMMENDATION_STATES } from "../words";
import { Comparison } from "./hq-compare";
import { HeatMap } from "./hq-heat";
import { Counted, KnownAt, MissionLink } from "./hq-parts";
import { LateMissions } from "./hq-late";

/** The screen of headquarters. */
export default function Headquarters() {
  const view = useParameter("view") || "indicators";
  const other = language.value === "en" ? "fr" : "en";
  return (
    <main id="main" class="stack" tabIndex={-1}>
      <PageHead title={t("hq.title")} sub={<Link href="/">{t("missions.title")}</Link>}>
        <button type="button" class="button quiet" lang={other} onClick={() => void chooseLanguage(other)}>
          <span aria-hidden="true">{other.toUpperCase()}</span>
          <span class="unseen">{t("shell.switch_language")}</span>
        </button>
      </PageHead>
      {!session.value?.account.hq ? (
        <Empty action={<Link class="button" href="/">{t("missions.title")}</Link>}>{t("hq.only")}</Empty>
      ) : (
        <>
          <Notice>{t("hq.seen")}</Notice>
          <Tabs label={t("hq.title")} views={[["indicators", t("hq.indicators")], ["missions", t("hq.missions")], ["late", t("hq.late")], ["recommendations", t("hq.recommendations")], ["themes", t("hq.themes")]]} />
          {view === "missions" ? <Comparison /> : view === "late" ? <LateMissions /> : view === "recommendations" ? <Recommendations /> : view === "themes" ? <Themes /> : <HeatMap />}
        </>
      )}
    </main>
  );
}

/** What became of recommendations: missions × states, of one kind or of all. */
function Recommendations() {
  const read = useGet<RecommendationsAcrossMissions>("/hq/recommendations");
  const kind = useParameter("kind");
  const set = useSetParameter();
  const of = read.data;
  const counts = (of?.counts ?? []).filter((one) => !kind || one.kind === kind);
  const states = RECOMMENDATION_STATES.filter((state) => counts.some((one) => one.state === state));
  const sum = (mission: string, pick: (one: (typeof counts)[number]) => number) => counts.filter((one) => one.mission === mission).reduce((total, one) => total + pick(one), 0);
  const to = (mission: string) => `/m/${mission}/recommendations`;
  return (
    <Reading of={read}>
      {of && (
        <section class="card stack" aria-labelledby="hq-recommendations">
          <h2 id="hq-recommendations">{t("hq.recommendations")}</h2>
          <div class="pair">
            <Choice label={t("field.kind")} value={kind} none={t("hq.all_kinds")} among={RECOMMENDATION_KINDS} onInput={(value) => set("kind", value)} />
          </div>
          {counts.length === 0 ? (
            <Empty>{t("hq.no_recommendations")}</Empty>
          ) : (
            <Table
              caption={t("hq.recommendations")}
              rows={of.missions}
              keyOf={(one) => one.code}
              columns={[
                { head: t("missions.mission"), names: true, cell: (one) => <MissionLink of={one} to={to(one.code)} /> },
                { head: t("hq.all"), numeric: true, cell: (one) => number(sum(one.code, (count) => count.count)) },
                ...states.map((state) => ({ head: word(state), numeric: true, cell: (one: (typeof of.missions)[number]) => number(sum(one.code, (count) => (count.state === state ? count.count : 0))) })),
                { head: t("hq.past_day"), numeric: true, cell: (one) => <Counted late={sum(one.code, (count) => count.late)} /> },
                { head: t("hq.known"), cell: (one) => <KnownAt of={one} /> },
              ]}
            />
          )}
        </section>
      )}
    </Reading>
  );
}

/** What plans have under each marker. */
function Themes() {
  const read = useGet<ThemesAcrossMissions>("/hq/themes");
  const theme = useParameter("theme");
  const set = useSetParameter();
  const of = read.data;
  const themes = [...new Set((of?.counts ?? []).map((one) => one.theme))];
  const rows = (of?.counts ?? []).filter((one) => !theme || one.theme === theme);
  return (
    <Reading of={read}>
      {of && (
        <section class="card stack" aria-labelledby="hq-themes">
          <h2 id="hq-themes">{t("hq.themes")}</h2>
          <div class="pair">
            <Choice label={t("hq.theme")} value={theme} none={t("hq.all_themes")} among={themes.map((one) => [one, themeName(one)] as const)} onInput={(value) => set("theme", value)} />
          </div>
          {rows.length === 0 ? (
            <Empty>{t("hq.no_themes")}</Empty>
          ) : (
            <Table
              caption={t("hq.themes")}
              rows={rows}
              keyOf={(one) => `${one.theme} ${one.mission}`}
              columns={[
                { head: t("hq.theme"), names: true, cell: (one) => themeName(one.theme) },
                { head: t("missions.mission"), cell: (one) => <Link href={`/m/${one.mission}/plan`}>{one.mission}</Link> },
                { head: t("hq.outcomes"), numeric: true, cell: (one) => number(one.outcomes) },
                { head: t("hq.outputs"), numeric: true, cell: (one) => number(one.outputs) },
                { head: t("hq.measured"), numeric: true, cell: (one) => number(one.indicators) },
                { head: t("hq.standing"), cell: (one) => <Counted statuses={one.statuses} /> },
              ]}
            />
          )}
          <p class="soft small">{t("hq.themes_told")}</p>
        </section>
      )}
    </Reading>
  );
}

/** A theme as people read it. */
function themeName(theme: string): string {
  if (theme === "gender") return t("hq.theme_gender");
  if (theme === "poc") return t("hq.theme_poc");
  if (theme === "youth") return t("hq.theme_youth");
  const [kind, named] = [theme.slice(0, theme.indexOf(":")), theme.slice(theme.indexOf(":") + 1)];
  if (kind === "a4p+") return t("hq.theme_a4p", { named });
  return kind === "sdg16" ? t("hq.theme_sdg", { named }) : theme;
}
