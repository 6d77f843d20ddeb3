// What became of recommendations: missions × states, of one kind or theme or of all; and themes × states.
import { useGet } from "../api/store";
import type { RecommendationCount, RecommendationsAcrossMissions } from "../api/types";
import { t, word } from "../i18n";
import { number } from "../i18n/format";
import { Choice } from "../parts/field";
import { Empty, Reading } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { Table } from "../parts/table";
import { RECOMMENDATION_KINDS, RECOMMENDATION_STATES } from "../words";
import { Counted, KnownAt, MissionLink } from "./hq-parts";
import { ThemeLink, themeName } from "./hq-themes";

/** In the address a theme that is none; an empty one is all. */
const NO_THEME = "none";

export function Recommendations() {
  const read = useGet<RecommendationsAcrossMissions>("/hq/recommendations");
  const [kind, theme] = [useParameter("kind"), useParameter("theme")];
  const set = useSetParameter();
  const of = read.data;
  const ofKind = (one: RecommendationCount) => !kind || one.kind === kind;
  const byTheme = (of?.by_theme ?? []).filter(ofKind);
  const themes = [...new Set((of?.by_theme ?? []).map((one) => one.theme))].sort((one, other) => Number(!one) - Number(!other) || one.localeCompare(other));
  const counts = theme ? byTheme.filter((one) => (one.theme || NO_THEME) === theme) : (of?.counts ?? []).filter(ofKind);
  const states = RECOMMENDATION_STATES.filter((state) => byTheme.some((one) => one.state === state));
  const sum = (among: readonly RecommendationCount[], pick: (one: RecommendationCount) => number = (one) => one.count) => among.reduce((total, one) => total + pick(one), 0);
  const named = (one: string) => (one ? themeName(one) : t("hq.no_theme"));
  const columns = <Row,>(own: (row: Row) => RecommendationCount[]) => [
    { head: t("hq.all"), numeric: true, cell: (row: Row) => number(sum(own(row))) },
    ...states.map((state) => ({ head: word(state), numeric: true, cell: (row: Row) => number(sum(own(row).filter((one) => one.state === state))) })),
    { head: t("hq.past_day"), numeric: true, cell: (row: Row) => <Counted late={sum(own(row), (one) => one.late)} /> },
  ];
  return (
    <Reading of={read}>
      {of && (
        <div class="stack">
          <section class="card stack" aria-labelledby="hq-recommendations">
            <h2 id="hq-recommendations">{t("hq.recommendations")}</h2>
            <div class="pair">
              <Choice label={t("field.kind")} value={kind} none={t("hq.all_kinds")} among={RECOMMENDATION_KINDS} onInput={(value) => set("kind", value)} />
              <Choice label={t("hq.theme")} value={theme} none={t("hq.all_themes")} among={themes.map((one) => [one || NO_THEME, named(one)] as const)} onInput={(value) => set("theme", value)} />
            </div>
            {counts.length === 0 ? (
              <Empty>{t("hq.no_recommendations")}</Empty>
            ) : (
              <Table
                caption={t("hq.recommendations")}
                rows={of.missions}
                keyOf={(one) => one.code}
                columns={[
                  { head: t("missions.mission"), names: true, cell: (one) => <MissionLink of={one} to={`/m/${one.code}/recommendations`} /> },
                  ...columns<(typeof of.missions)[number]>((one) => counts.filter((count) => count.mission === one.code)),
                  { head: t("hq.known"), cell: (one) => <KnownAt of={one} /> },
                ]}
              />
            )}
          </section>
          {byTheme.length > 0 && (
            <section class="card stack" aria-labelledby="hq-became">
              <h2 id="hq-became">{t("hq.became_by_theme")}</h2>
              <Table
                caption={t("hq.became_by_theme")}
                rows={themes}
                keyOf={(one) => one || NO_THEME}
                columns={[
                  { head: t("hq.theme"), names: true, wide: true, cell: (one) => (one ? <ThemeLink view="themes" theme={one} show="recommendation">{named(one)}</ThemeLink> : named(one)) },
                  ...columns<string>((one) => byTheme.filter((count) => count.theme === one)),
                ]}
              />
              <p class="soft small">{t("hq.became_told")}</p>
            </section>
          )}
        </div>
      )}
    </Reading>
  );
}
