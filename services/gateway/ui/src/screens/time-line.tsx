// The line of time of a mission: its chart, what stands on it, and its values.
import { Link } from "wouter-preact";
import type { TimeLine, TimeLineMark, TimeLineSeries } from "../api/types";
import { MARK_KINDS, MarkShape, type MarkKind, TimeLineChart } from "../charts/time-line";
import { say, t, word } from "../i18n";
import { date, number, period } from "../i18n/format";
import { TextField } from "../parts/field";
import { Empty } from "../parts/notice";
import { FigureCell, useParameter, useSetParameter } from "../parts/page";
import { Status } from "../parts/status";
import { Table } from "../parts/table";

/** The months that the address names; half a month that is being typed asks for nothing. */
export function useMonths(): string {
  const fitting = (text: string) => (/^\d{4}-(0[1-9]|1[0-2])$/.test(text.trim()) ? text.trim() : "");
  const [first, last] = [fitting(useParameter("from")), fitting(useParameter("to"))];
  return new URLSearchParams(Object.entries({ first_month: first, last_month: last }).filter(([, value]) => value)).toString();
}

/** From which month to which. */
export function Months() {
  const [from, to] = [useParameter("from"), useParameter("to")];
  const set = useSetParameter();
  return (
    <div class="pair">
      <TextField label={t("timeline.from")} value={from} hint={t("timeline.from_hint")} onInput={(value) => set("from", value)} />
      <TextField label={t("timeline.to")} value={to} hint={t("timeline.to_hint")} onInput={(value) => set("to", value)} />
    </div>
  );
}

/** What the line says, and what it does not. */
export function Told() {
  return (
    <>
      <p>{t("timeline.told")}</p>
      <ul class="legend">{MARK_KINDS.map((kind) => <li key={kind}><MarkShape of={kind} /> {t(`timeline.kind_${kind}`)}</li>)}</ul>
    </>
  );
}

/** One mission. `base` is where its pages are. */
export function OneLine({ of, title, base, fiscalStart }: { of: TimeLine; title: string; base: string; fiscalStart: number }) {
  const id = `line-${of.mission?.code ?? ""}`;
  return (
    <section class="card stack" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {of.series.length === 0 && of.marks.length === 0 ? (
        <Empty>{t("timeline.nothing")}</Empty>
      ) : (
        <>
          {of.series.length === 0 && <p class="soft">{t("timeline.no_series")}</p>}
          <TimeLineChart of={of} fiscalStart={fiscalStart} />
          {of.series.length > 0 && <Changes of={of.series} base={base} />}
          {of.marks.length > 0 && <Marks of={of.marks} base={base} />}
          {of.marks_left_out > 0 && <p class="soft small">{t("timeline.left_out", { count: of.marks_left_out })}</p>}
          {of.series.length > 0 && <Values of={of} base={base} />}
        </>
      )}
    </section>
  );
}

/** What each series is, and the changes of level that its analysis found. */
function Changes({ of, base }: { of: readonly TimeLineSeries[]; base: string }) {
  return (
    <Table
      caption={t("timeline.changes")}
      rows={of}
      keyOf={(one) => one.indicator_code}
      columns={[
        { head: t("field.indicator"), names: true, wide: true, cell: (one) => <Link href={`${base}/indicators/${encodeURIComponent(one.indicator_code)}`}>{say(one.name) || one.indicator_code}</Link> },
        { head: t("timeline.counts"), cell: (one) => (one.measure ? `${word(`measure_${one.measure}`)}${one.event_kinds.length > 0 ? `: ${one.event_kinds.join(", ")}` : ""}` : t("timeline.of_context")) },
        { head: t("timeline.changes"), wide: true, cell: (one) => <ChangesOf of={one} /> },
      ]}
    />
  );
}

function ChangesOf({ of }: { of: TimeLineSeries }) {
  if (!of.analysed_until) return <span class="soft">{t("timeline.not_analysed")}</span>;
  return (
    <>
      {of.changes.map((one) => <div key={one.period}><b>{period(one.period)}</b> {word(`change_${one.change}`)} {t("timeline.levels", { before: number(one.before), after: number(one.after) })}</div>)}
      <span class="soft small">{of.changes.length === 0 && `${t("timeline.no_change")} `}{t("timeline.analysed", { period: period(of.analysed_until) })}</span>
    </>
  );
}

function Marks({ of, base }: { of: readonly TimeLineMark[]; base: string }) {
  return (
    <Table
      caption={t("timeline.marks")}
      rows={of.map((mark, place) => ({ ...mark, place }))}
      keyOf={(one) => String(one.place)}
      columns={[
        { head: t("timeline.day"), cell: (one) => <time dateTime={one.at}>{date(one.at)}</time> },
        { head: t("timeline.what"), cell: (one) => <span class="one-line"><MarkShape of={one.kind as MarkKind} /> {t(`timeline.kind_${one.kind as MarkKind}`)}</span> },
        { head: t("timeline.about"), names: true, wide: true, cell: (one) => <Link href={`${base}/${one.path}`}>{say(one.text) || t("timeline.unnamed")}</Link> },
        { head: t("timeline.more"), cell: (one) => <>{one.rating && <Status of={one.rating} />}{one.value !== null && <span>{number(one.value)} {one.unit} <span class="soft small">{period(one.period)}</span></span>} <span class="soft small">{say(one.detail)}</span></> },
      ]}
    />
  );
}

/** Every value of every series: one row a period. */
function Values({ of, base }: { of: TimeLine; base: string }) {
  const periods = [...new Set(of.series.flatMap((series) => series.points.map((point) => point.period)))].sort().reverse();
  return (
    <details>
      <summary>{t("timeline.values")}</summary>
      <Table
        caption={t("timeline.values")}
        rows={periods}
        keyOf={(one) => one}
        columns={[
          { head: t("timeline.period"), names: true, cell: (one) => period(one) },
          ...of.series.map((series) => ({
            head: <>{say(series.name) || series.indicator_code}{series.unit && ` (${series.unit})`}</>,
            numeric: true,
            cell: (one: string) => {
              const point = series.points.find((own) => own.period === one);
              return point?.value == null ? <FigureCell of={point} /> : <Link href={`${base}/indicators/${encodeURIComponent(series.indicator_code)}?period=${encodeURIComponent(one)}`}><FigureCell of={point} /></Link>;
            },
          })),
        ]}
      />
    </details>
  );
}
