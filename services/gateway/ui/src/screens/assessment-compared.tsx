// Two more comparisons behind a contribution, for outputs that areas take up and keep: against areas that had not yet,
// and against a mix of areas without. Where one does not apply, the reason stands in its place.
import type { OutputContribution, StaggeredStarts, SyntheticControl } from "../api/types";
import { say, t } from "../i18n";
import { number, percent, period } from "../i18n/format";
import { probability } from "../i18n/probability";
import { Table } from "../parts/table";

/** Shares below this are not shown. */
const SHARE_SHOWN_MIN = 0.005;

/** Both, or nothing where neither was computed. */
export function Comparisons({ of }: { of: OutputContribution }) {
  if (!of.staggered && !of.synthetic) return null;
  return (
    <section class="stack tight">
      <h5>{t("compared.title")}</h5>
      <p class="soft small">{t("compared.explain")}</p>
      {of.staggered && <Staggered of={of.staggered} />}
      {of.synthetic && <Synthetic of={of.synthetic} />}
    </section>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return <div><dt>{label}</dt><dd>{value}</dd></div>;
}

function Staggered({ of }: { of: StaggeredStarts }) {
  return (
    <>
      <h6>{t("compared.staggered")}</h6>
      <p>{say(of.statement)}</p>
      {of.applies && (
        <Table
          caption={t("compared.by_time")}
          rows={of.by_time}
          keyOf={(one) => String(one.since)}
          columns={[
            { head: t("compared.since"), names: true, cell: (one) => number(one.since) },
            { head: t("compared.effect"), numeric: true, cell: (one) => number(one.effect, 4) },
            { head: t("compared.error"), numeric: true, cell: (one) => number(one.error, 4) },
            { head: t("compared.areas"), numeric: true, cell: (one) => number(one.areas) },
          ]}
        />
      )}
      <dl class="facts">
        {of.applies && <Fact label={t("compared.effect")} value={`${number(of.effect, 4)} [${number(of.low, 4)}; ${number(of.high, 4)}]`} />}
        {of.applies && <Fact label="p" value={probability(of.p)} />}
        {of.applies && <Fact label={t("compared.errors")} value={`${number(of.jackknife, 4)} · ${number(of.error, 4)}`} />}
        {of.applies && <Fact label="n" value={t("compared.staggered_n", { areas: of.areas, starting: of.areas_starting, cohorts: of.cohorts, without: of.areas_without, periods: of.periods, left: of.areas_left_out })} />}
        <Fact label={t("assess.method")} value={of.method} />
      </dl>
    </>
  );
}

function Synthetic({ of }: { of: SyntheticControl }) {
  return (
    <>
      <h6>{t("compared.synthetic")}</h6>
      <p>{say(of.statement)}</p>
      {of.applies && (
        <Table
          caption={t("compared.mixes")}
          rows={of.areas}
          keyOf={(one) => one.area}
          columns={[
            { head: t("field.area"), names: true, cell: (one) => one.area },
            { head: t("compared.start"), cell: (one) => period(one.start) },
            { head: t("compared.gap"), numeric: true, cell: (one) => number(one.gap, 4) },
            { head: t("compared.distances"), numeric: true, cell: (one) => `${number(one.distance_before, 4)} → ${number(one.distance_after, 4)}` },
            { head: "p", numeric: true, cell: (one) => probability(one.p) },
            { head: t("compared.follows"), cell: (one) => (one.follows ? t("compared.follows_yes") : t("compared.follows_no")) },
            { head: t("compared.mix"), wide: true, cell: (one) => one.mix.filter((part) => part.share >= SHARE_SHOWN_MIN).map((part) => `${part.area} ${percent(part.share)}`).join(", ") },
          ]}
        />
      )}
      <dl class="facts">
        {of.applies && <Fact label={t("compared.p_least")} value={`${probability(of.p)} · ${probability(of.p_least)}`} />}
        {of.applies && <Fact label="n" value={t("compared.synthetic_n", { areas: of.areas.length, without: of.areas_without, periods: of.periods, left: of.areas_left_out })} />}
        <Fact label={t("assess.method")} value={of.method} />
      </dl>
    </>
  );
}
