// Gender and protection of civilians in an assessment: of each outcome what is known by sex and age, which gaps were frozen, and
// whether the question of women, girls and youth is answered.
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Assessment, GenderIndicator, GenderOfOutcome, GenderOverview } from "../api/types";
import { say, t, word } from "../i18n";
import { number, period } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, Choices, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { Classification } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { CLASSIFICATIONS } from "../words";
import { Standing } from "./assessment-signs";

const ASSESSING = ["coordinator", "adviser", "focal_point", "component_head"];
const ANSWERS: Record<string, [tone: string, shape: string]> = { answered: ["on_track", "✓"], not_applicable: ["no_data", "–"], open: ["at_risk", "○"] };

/** The overview, with a way to say why the question does not apply. */
export function Gender({ of }: { of: Assessment }) {
  const path = below(`assessments/${of.id}/gender`);
  const found = useGet<GenderOverview>(path);
  const overview = found.data;
  const writes = of.state !== "finalized" && mayWrite(...ASSESSING);
  const open = overview?.outcomes.filter((one) => one.answer === "open") ?? [];
  return (
    <Reading of={found}>
      {overview && (
        <div class="stack">
          <div class="row between">
            <p>{t("gender.progress", { open: open.length, count: overview.outcomes.length })}</p>
            <span class="row noprint">
              <button type="button" class="button" onClick={() => print()}>{t("course.print")}</button>
              {writes && <button type="button" class="button primary" onClick={() => openDrawer(t("gender.not_applicable"), () => <NotApplicableForm of={of} path={path} overview={overview} />)}>{t("gender.not_applicable")}</button>}
            </span>
          </div>
          {overview.adviser && <p>{t("gender.adviser")}: <Standing of={overview.adviser.state} />{overview.adviser.signature && <span class="soft"> {overview.adviser.signature.signed_by_name}</span>} <span class="soft small">{say(overview.adviser.because)}</span></p>}
          <Outcomes of={of} overview={overview} />
          <Indicators overview={overview} />
        </div>
      )}
    </Reading>
  );
}

/** Outcomes with their markers and whether the question is answered, or why it does not apply. */
export function Outcomes({ of, overview }: { of: Assessment; overview: GenderOverview }) {
  const known = (one: GenderOfOutcome, by: "by_sex" | "by_age") => `${number(one.indicators.filter((own) => own[by]).length)} / ${number(one.indicators.length)}`;
  return (
    <Table
      caption={t("gender.title")}
      rows={overview.outcomes}
      keyOf={(one) => one.outcome_lineage_id}
      columns={[
        { head: t("course.outcome"), names: true, wide: true, cell: (one) => <Link href={`${page(`assessments/${of.id}`)}?outcome=${one.outcome_lineage_id}`}>{one.number} {say(one.statement)}</Link> },
        { head: t("gender.marked"), cell: (one) => [one.gender_marked && t("gender.marker_gender"), one.poc_marked && t("gender.marker_poc")].filter(Boolean).join(", ") || "–" },
        { head: t("gender.by_sex_of"), numeric: true, cell: (one) => known(one, "by_sex") },
        { head: t("gender.by_age_of"), numeric: true, cell: (one) => known(one, "by_age") },
        { head: t("gender.answer"), wide: true, cell: (one) => <AnswerCell of={one} /> },
      ]}
    />
  );
}

function AnswerCell({ of }: { of: GenderOfOutcome }) {
  const [tone, shape] = ANSWERS[of.answer] ?? ["at_risk", "○"];
  return (
    <>
      <span class={`status ${tone}`}><span aria-hidden="true">{shape}</span> {word(`gender_${of.answer}`)}</span>
      {of.not_applicable && <span class="small"> {say(of.not_applicable.because)} <Classification of={of.not_applicable.classification} /> <span class="soft">{of.not_applicable.recorded_by_name}</span></span>}
    </>
  );
}

interface Row {
  key: string;
  number: string;
  of: GenderIndicator;
}

const yes = (is: boolean) => <span class={is ? "status on_track" : "status no_data"}><span aria-hidden="true">{is ? "✓" : "○"}</span> {t(is ? "gender.known" : "gender.unknown")}</span>;

function Indicators({ overview }: { overview: GenderOverview }) {
  const rows: Row[] = overview.outcomes.flatMap((one) => one.indicators.map((own) => ({ key: `${one.outcome_lineage_id} ${own.code}`, number: one.number, of: own })));
  if (rows.length === 0) return <Empty>{t("gender.no_indicators")}</Empty>;
  return (
    <section class="stack tight">
      <h3>{t("gender.indicators")}</h3>
      <Table
        caption={t("gender.indicators")}
        rows={rows}
        keyOf={(row) => row.key}
        columns={[
          { head: t("course.outcome"), cell: (row) => row.number },
          { head: t("gender.indicator"), names: true, wide: true, cell: (row) => <Link href={page(`indicators/${row.of.code}`)}>{say(row.of.name)}</Link> },
          { head: word("gap_sex"), cell: (row) => yes(row.of.by_sex) },
          { head: word("gap_age"), cell: (row) => yes(row.of.by_age) },
          { head: t("gender.gap"), wide: true, cell: (row) => (row.of.gaps.length === 0 ? t("gender.no_gap") : row.of.gaps.map((gap) => <div key={gap.dimension}>{t("gender.gap_says", { by: word(`gap_${gap.dimension}`), size: number(gap.difference), highest: gap.highest, lowest: gap.lowest, period: period(gap.period) })}{gap.since && <> {t("gender.gap_since", { since: period(gap.since) })}</>}{gap.worse && <> <b>{t("gender.gap_worse", { who: gap.worse })}</b></>}</div>)) },
        ]}
      />
    </section>
  );
}

function NotApplicableForm({ of, path, overview }: { of: Assessment; path: string; overview: GenderOverview }) {
  const open = overview.outcomes.filter((one) => one.answer !== "answered");
  const draft = useDraft(`gender.${of.id}`, { outcome_lineage_ids: open.length === 1 ? open.map((one) => one.outcome_lineage_id) : [], because: { en: "", fr: "" }, classification: "unclassified" });
  const value = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("action.save")}
      send={async (given) => {
        put(path, await write<GenderOverview>("PUT", path, given));
        expire(below(`assessments/${of.id}/course`));
        closeDrawer();
      }}
    >
      {(about) => (
        <>
          <p>{t("gender.not_applicable_explain")}</p>
          <div><button type="button" class="button quiet" onClick={() => draft.set({ outcome_lineage_ids: open.filter((one) => one.answer === "open").map((one) => one.outcome_lineage_id) })}>{t("gender.all")}</button></div>
          <Choices label={t("assess.outcomes")} value={value.outcome_lineage_ids} among={open.map((one) => [one.outcome_lineage_id, `${one.number} ${say(one.statement)}`] as const)} onInput={(outcome_lineage_ids) => draft.set({ outcome_lineage_ids })} />
          {about("outcome_lineage_ids") && <p class="wrong">{about("outcome_lineage_ids")}</p>}
          <TextPair label={t("gender.because")} value={value.because} wrong={about("because")} long required onInput={(because) => draft.set({ because })} />
          <Choice label={t("classification.label")} value={value.classification} wrong={about("classification")} among={CLASSIFICATIONS} onInput={(classification) => draft.set({ classification })} />
        </>
      )}
    </Form>
  );
}
