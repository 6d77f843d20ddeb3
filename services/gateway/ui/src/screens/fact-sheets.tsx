// Fact sheets: the list; drafting one from an assessment; the studio of one.
import { useEffect } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { FactSheet, ListAssessmentsResponse, ListFactSheetsResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Choice, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Icon } from "../parts/icon";
import { Empty, Reading } from "../parts/notice";
import { PageHead, useParameter } from "../parts/page";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below, isStaff, mayWrite, page } from "../session";
import { AUDIENCES, PAPER_TEMPLATES } from "../words";
import { Studio } from "./fact-sheet";

/** The list, or one studio. */
export default function FactSheets({ id }: { id?: string | undefined }) {
  return id ? <Studio key={id} id={id} /> : <List />;
}

function List() {
  const list = useGet<ListFactSheetsResponse>(below("fact-sheets"));
  const from = useParameter("from");
  const editable = mayWrite("coordinator", "adviser");
  const open = () => openDrawer(t("sheet.draft"), () => <DraftSheet from={from} />);
  useEffect(() => {
    if (from && editable) open();
  }, [from]);
  return (
    <>
      <PageHead title={t("spine.fact_sheets")}>{editable && <button type="button" class="button primary" onClick={open}>{t("sheet.draft")}</button>}</PageHead>
      <Reading of={list}>
        {list.data?.fact_sheets.length === 0 ? (
          <Empty>{t("sheet.none")}</Empty>
        ) : (
          <Table
            caption={t("spine.fact_sheets")}
            rows={list.data?.fact_sheets ?? []}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.title"), names: true, cell: (one) => <Named of={one} /> },
              { head: t("sheet.audience"), cell: (one) => word(`audience_${one.audience}`) },
              { head: t("field.state"), cell: (one) => <State of={one.state} /> },
              { head: t("sheet.published_at"), cell: (one) => date(one.published_at) || "–" },
            ]}
          />
        )}
      </Reading>
    </>
  );
}

/** The title, with why it was withdrawn, and what changed behind it since. */
function Named({ of }: { of: FactSheet }) {
  return (
    <>
      <Link href={page(`fact-sheets/${of.id}`)}>{say(of.title)}</Link>
      {of.state === "withdrawn" && of.reason && <p class="soft small">{of.reason}</p>}
      {of.touched && <p class="small"><span class="status at_risk"><Icon name="wrong" size={12} /> {t("sheet.touched_since", { at: date(of.touched.first_at) })}</span></p>}
    </>
  );
}

function DraftSheet({ from }: { from: string }) {
  const assessments = useGet<ListAssessmentsResponse>(isStaff() ? below("assessments") : null);
  const [, go] = useLocation();
  const draft = useDraft(`sheet.new.${from}`, { title: { en: "", fr: "" }, audience: "public", template: "fact_sheet", assessment_id: from });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("sheet.draft")}
      send={async (value) => {
        const made = await write<FactSheet>("POST", below("fact-sheets"), { ...value, blocks: [] });
        put(below(`fact-sheets/${made.id}`), made);
        expire(below("fact-sheets"));
        go(page(`fact-sheets/${made.id}`));
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <Choice label={t("sheet.audience")} value={of.audience} among={AUDIENCES.map((one) => [one, word(`audience_${one}`)] as const)} onInput={(audience) => draft.set({ audience })} />
          <Choice label={t("sheet.template")} hint={t("sheet.template_hint")} value={of.template} wrong={about("template")} among={PAPER_TEMPLATES.map((one) => [one, word(`template_${one}`)] as const)} onInput={(template) => draft.set({ template })} />
          <Choice label={t("sheet.assessment")} none={t("sheet.no_assessment")} hint={t(of.template === "impact_assessment" ? "sheet.needs_assessment" : "sheet.assessment_hint")} required={of.template === "impact_assessment"} value={of.assessment_id} wrong={about("assessment_id")} among={(assessments.data?.assessments ?? []).filter((one) => one.state !== "scheduled").map((one) => [one.id, say(one.title)] as const)} onInput={(assessment_id) => draft.set({ assessment_id })} />
        </>
      )}
    </Form>
  );
}
