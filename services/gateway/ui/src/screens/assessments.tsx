// Assessments: the list; one of them has a workspace.
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Assessment, ListAssessmentsResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { instant, period } from "../i18n/format";
import { containing } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Choice, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { PageHead } from "../parts/page";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, mission, page } from "../session";
import { ASSESSMENT_KINDS } from "../words";
import { Workspace } from "./assessment";

/** The list, or one workspace. */
export default function Assessments({ id }: { id?: string | undefined }) {
  return id ? <Workspace key={id} id={id} /> : <List />;
}

function List() {
  const list = useGet<ListAssessmentsResponse>(below("assessments"));
  const schedule = mayWrite("coordinator") && (
    <button type="button" class="button primary" onClick={() => openDrawer(t("assess.schedule"), () => <Schedule />)}>{t("assess.schedule")}</button>
  );
  return (
    <>
      <PageHead title={t("spine.assessments")}>{schedule}</PageHead>
      <Reading of={list}>
        {list.data?.assessments.length === 0 ? (
          <Empty>{t("assess.none")}</Empty>
        ) : (
          <Table
            caption={t("spine.assessments")}
            rows={list.data?.assessments ?? []}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.title"), names: true, cell: (one) => <Link href={page(`assessments/${one.id}`)}>{say(one.title)}</Link> },
              { head: t("field.kind"), cell: (one) => word(one.kind) },
              { head: t("field.period"), cell: (one) => period(one.period) },
              { head: t("assess.plan"), cell: (one) => (one.plan_number ? t("plan.version", { number: one.plan_number }) : "–") },
              { head: t("assess.cut_off"), cell: (one) => instant(one.cut_off) || "–" },
              { head: t("field.state"), cell: (one) => <State of={one.state} /> },
            ]}
          />
        )}
      </Reading>
    </>
  );
}

function Schedule() {
  const [, go] = useLocation();
  const draft = useDraft("assessment", { title: { en: "", fr: "" }, kind: "impact", period: containing(new Date(), "half_year", mission.value?.fiscal_year_start_month) });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("assess.schedule")}
      send={async (value) => {
        const made = await write<Assessment>("POST", below("assessments"), value);
        expire(below("assessments"));
        go(page(`assessments/${made.id}`));
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <div class="pair">
            <Choice label={t("field.kind")} value={of.kind} among={ASSESSMENT_KINDS} onInput={(kind) => draft.set({ kind })} />
            <TextField label={t("field.period")} hint={t("field.period_hint")} value={of.period} wrong={about("period")} onInput={(next) => draft.set({ period: next })} required />
          </div>
        </>
      )}
    </Form>
  );
}
