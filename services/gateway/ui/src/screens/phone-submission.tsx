// One submission of a phone: its answers and what became of them, its pictures, the instance as it came.
import { useGet } from "../api/store";
import type { GetSubmissionResponse, SubmissionAnswer } from "../api/types";
import { t, word } from "../i18n";
import { slice } from "../i18n/format";
import { Notice, Reading } from "../parts/notice";
import { openObservation } from "../parts/provenance";
import { Pictures, SubmissionFacts } from "../parts/submission";
import { Table } from "../parts/table";
import { below } from "../session";

/** All of one submission. */
export function SubmissionCard({ id }: { id: string }) {
  const found = useGet<GetSubmissionResponse>(below(`submissions/${id}`));
  const of = found.data?.submission;
  return (
    <Reading of={found}>
      {of && (
        <>
          <SubmissionFacts of={of} />
          {of.point_area && <Notice tone="careful">{of.point_area === "-" ? t("phones.nowhere", { chosen: of.area }) : t("phones.other_area", { area: of.point_area, chosen: of.area })}</Notice>}
          {of.awaited.length > 0 && <Notice>{t("phones.awaited", { names: of.awaited.join(", ") })}</Notice>}
          <h3>{t("phones.answers")}</h3>
          <Answers of={of.answers} />
          <Pictures of={of} />
          <details>
            <summary>{t("phones.as_it_came")}</summary>
            <pre class="scroller" tabIndex={0} role="group" aria-label={t("phones.as_it_came")}>{found.data?.xml}</pre>
          </details>
        </>
      )}
    </Reading>
  );
}

function Answers({ of }: { of: readonly SubmissionAnswer[] }) {
  return (
    <Table
      caption={t("phones.answers")}
      rows={of.map((one, place) => ({ ...one, place }))}
      keyOf={(one) => String(one.place)}
      wrong={(one) => one.outcome === "left" || one.outcome === "conflict"}
      columns={[
        { head: t("field.indicator"), names: true, cell: (one) => (one.indicator_code ? <><code>{one.indicator_code}</code>{one.slice && <> {slice(one.slice)}</>}</> : "–") },
        { head: t("field.value"), numeric: true, cell: (one) => (one.observation_id ? <button type="button" class="number-link" onClick={() => openObservation(one.observation_id)}>{typed(one)}</button> : typed(one)) },
        { head: t("field.state"), cell: (one) => <>{word(`answer_${one.outcome}`)}{one.message && <span class="small soft"> {one.message}</span>}</> },
      ]}
    />
  );
}

/** The answer as it was typed; why there is none, in words. */
function typed(of: SubmissionAnswer): string {
  return of.answer === "missing" || of.answer === "not_applicable" ? word(of.answer) : of.answer;
}
