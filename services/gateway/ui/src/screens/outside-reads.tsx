// Who read the mission from outside, when, and what: nobody reads it without a line here.
import { useState } from "preact/hooks";
import { read } from "../api/client";
import { useGet } from "../api/store";
import type { ListReadsFromOutsideResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { instant } from "../i18n/format";
import { Empty, Reading, Trouble } from "../parts/notice";
import { Table } from "../parts/table";
import { below } from "../session";

/** Reads of the mission by headquarters, newest first. */
export function OutsideReads() {
  const first = useGet<ListReadsFromOutsideResponse>(below("reads-from-outside"));
  const [earlier, setEarlier] = useState<ListReadsFromOutsideResponse[]>([]);
  const [problem, setProblem] = useState<unknown>(null);
  const pages = first.data ? [first.data, ...earlier] : [];
  const before = pages.at(-1)?.next_before;
  const more = () => {
    setProblem(null);
    read<ListReadsFromOutsideResponse>(below(`reads-from-outside?before=${before}`)).then((page) => setEarlier((known) => [...known, page]), setProblem);
  };
  const rows = pages.flatMap((page) => page.reads);
  return (
    <Reading of={first}>
      <section class="stack">
        <p class="soft">{t("reads.what")}</p>
        {rows.length === 0 ? (
          <Empty>{t("reads.none")}</Empty>
        ) : (
          <Table
            caption={t("reads.title")}
            rows={rows}
            keyOf={(one) => one.id}
            columns={[
              { head: t("reads.at"), names: true, cell: (one) => <time dateTime={one.at}>{instant(one.at)}</time> },
              { head: t("reads.who"), cell: (one) => one.account_name },
              { head: t("reads.said"), wide: true, cell: (one) => say(one.text) },
              { head: t("reads.clearance"), cell: (one) => word(one.clearance) },
            ]}
          />
        )}
        {problem ? <Trouble problem={problem} again={more} /> : before && <div><button type="button" class="button" onClick={more}>{t("reads.more")}</button></div>}
      </section>
    </Reading>
  );
}
