// What is said about a cell beside its value: its mark for follow-up, and comments. They need the line.
import { write } from "../api/client";
import { connected } from "../api/live";
import { expire, put, useGet } from "../api/store";
import type { CellMark, CellRemarks, CellSign } from "../api/types";
import { t, word } from "../i18n";
import { instant, period, slice } from "../i18n/format";
import { type CellAt, nameOf } from "../offline/change";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { TextArea } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Notice, Reading } from "../parts/notice";
import { Person } from "../parts/person";
import { below, mayWrite } from "../session";

const mayRemark = () => mayWrite("contributor", "focal_point", "verifier", "component_head", "coordinator");
const pathOf = (cell: CellAt) => below(`entry-cells/remarks?${new URLSearchParams({ ...placeOf(cell) })}`);
const placeOf = ({ indicator_code, period, area, slice }: CellAt) => ({ indicator_code, period, area, slice });

/** The mark of a cell, and the way to its comments. */
export function Remarks({ cell, sign }: { cell: CellAt; sign: CellSign | undefined }) {
  const mark = async () => {
    const said = await write<CellRemarks>("POST", below("entry-cells/mark"), { ...placeOf(cell), marked: !sign?.marked });
    put(pathOf(cell), said);
    expire(below("entry-cells"));
  };
  return (
    <>
      {!connected.value && <span class="soft small">{t("entry.remarks_no_line")}</span>}
      {mayRemark() && <WriteButton disabled={!connected.value} label={t(sign?.marked ? "entry.unmark" : "entry.mark")} work={mark} />}
      <button type="button" class="button" disabled={!connected.value} onClick={() => openDrawer(t("entry.remarks"), () => <Said cell={cell} />)}>{t("entry.comments", { count: sign?.comments ?? 0 })}</button>
    </>
  );
}

/** All that was said about a cell, and what there is to add. */
function Said({ cell }: { cell: CellAt }) {
  const path = pathOf(cell);
  const remarks = useGet<CellRemarks>(path);
  const draft = useDraft(`comment.${nameOf(cell)}`, { text: "" });
  const send = async (value: { text: string }) => {
    put(path, await write<CellRemarks>("POST", below("entry-cells/comment"), { ...placeOf(cell), text: value.text }));
    expire(below("entry-cells"));
  };
  return (
    <div class="stack">
      <p class="soft">{[cell.indicator_code, period(cell.period), cell.area || t("area.whole"), cell.slice && slice(cell.slice)].filter(Boolean).join(" · ")}</p>
      <Reading of={remarks}>
        {remarks.data && (
          <>
            {remarks.data.comments.length === 0 ? <p>{t("entry.no_comments")}</p> : (
              <ul class="list">
                {remarks.data.comments.map((one) => (
                  <li key={one.id}>
                    <p class="prose">{one.text}</p>
                    <p class="soft small"><Person id={one.recorded_by} />, {instant(one.recorded_at)}{one.classification !== "unclassified" && `, ${word(one.classification)}`}</p>
                  </li>
                ))}
              </ul>
            )}
            {remarks.data.marks.length > 0 && (
              <details class="small">
                <summary>{t("entry.marks", { count: remarks.data.marks.length })}</summary>
                <ul>{remarks.data.marks.map((one) => <li key={one.id}>{markSaid(one)}</li>)}</ul>
              </details>
            )}
          </>
        )}
      </Reading>
      {mayRemark() && (connected.value ? (
        <Form draft={draft} submit={t("entry.comment")} send={send}>
          {(about) => <TextArea label={t("entry.your_comment")} value={draft.value.text} wrong={about("text")} onInput={(text) => draft.set({ text })} required />}
        </Form>
      ) : <Notice>{t("entry.remarks_no_line")}</Notice>)}
    </div>
  );
}

function markSaid(of: CellMark): string {
  const marked = t("entry.marked_by", { who: of.recorded_by, at: instant(of.recorded_at) });
  return of.cleared_at ? `${marked} ${t("entry.cleared_by", { who: of.cleared_by, at: instant(of.cleared_at) })}` : marked;
}
