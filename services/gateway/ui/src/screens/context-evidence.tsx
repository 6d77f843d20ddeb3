// Evidence: the list with files to download and where each piece is used; and recording a piece, from the list, from
// beside a factor, or out of an observation.
import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { fileAddress, upload, write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { Evidence, ListEvidenceResponse, ListEvidenceUsesResponse, ListFindingsByReferenceResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { date, number } from "../i18n/format";
import { today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Drop } from "../parts/drop";
import { Choice, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { useParameter } from "../parts/page";
import { openObservation } from "../parts/provenance";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { CLASSIFICATIONS, CREDIBILITIES, RELIABILITIES } from "../words";
import { EventPicker, eventName, firstDay, openEvent } from "./context-events";

/** Who records evidence. */
export const ANALYSTS = ["contributor", "focal_point", "coordinator", "adviser"];
/** Characters of a title that is made from an event. */
const TITLE_MAX = 150;
const [KILOBYTE, MEGABYTE] = [1_000, 1_000_000];

/** What may be evidence, for the browser's choice of files; the content decides. */
const ACCEPTED = ".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx,.pptx,.odt,.ods,.odp";

/** "2.4 MB", "12 kB". */
function size(bytes: number): string {
  return bytes < MEGABYTE ? t("evidence.kilobytes", { size: number(Math.max(1, bytes / KILOBYTE), 0) }) : t("evidence.megabytes", { size: number(bytes / MEGABYTE, 1) });
}

/** The evidence of the mission. */
export function EvidenceList() {
  const list = useAll<ListEvidenceResponse>(below("evidence?page_size=200"));
  const observation = useParameter("observation");
  const record = () => openDrawer(t("evidence.record"), () => <EvidenceForm observation={observation} onDone={closeDrawer} />);
  useEffect(() => {
    if (observation && mayWrite(...ANALYSTS)) record();
  }, [observation]);
  return (
    <Reading of={list}>
      <div class="stack">
        {mayWrite(...ANALYSTS) && (
          <div>
            <button type="button" class="button" onClick={record}>{t("evidence.record")}</button>
          </div>
        )}
        {list.data?.evidence.length === 0 ? (
          <Empty>{t("evidence.none")}</Empty>
        ) : (
          <Table
            caption={t("evidence.title")}
            rows={list.data?.evidence ?? []}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.title"), names: true, cell: (one) => (/^https?:/.test(one.link) ? <a href={one.link} rel="noreferrer">{one.title}</a> : one.title) },
              { head: t("field.source"), cell: (one) => one.source },
              { head: t("field.date"), cell: (one) => date(one.date) },
              { head: t("evidence.admiralty"), cell: (one) => `${one.reliability}${one.credibility || ""}` },
              { head: t("classification.label"), cell: (one) => word(one.classification) },
              { head: t("evidence.file"), cell: (one) => <Holds of={one} /> },
              { head: t("evidence.uses"), cell: (one) => <button type="button" class="button quiet" onClick={() => openDrawer(one.title, () => <Uses of={one} />)} aria-label={t("evidence.uses_of", { title: one.title })}>{t("evidence.show_uses")}</button> },
            ]}
          />
        )}
      </div>
    </Reading>
  );
}

/** Its file, or the record that it is. */
function Holds({ of }: { of: Evidence }) {
  if (of.file) return <a href={fileAddress(below(`evidence/${of.id}/file`))} download={of.file.name}>{of.file.name} <span class="soft">({size(of.file.bytes)})</span></a>;
  if (of.observation_id) return <button type="button" class="number-link" onClick={() => openObservation(of.observation_id)}>{t("evidence.observation")}</button>;
  if (of.event_id) return <button type="button" class="number-link" onClick={() => openEvent(of.event_id)}>{t("evidence.event")}</button>;
  return <>–</>;
}

function Uses({ of }: { of: Evidence }) {
  const factors = useGet<ListEvidenceUsesResponse>(below(`evidence/${of.id}/uses`));
  const findings = useGet<ListFindingsByReferenceResponse>(below(`findings-by-reference/evidence/${of.id}`));
  return (
    <div class="stack">
      <h3>{t("evidence.used_by_factors")}</h3>
      <Reading of={factors}>
        {factors.data?.uses.length === 0 ? <p class="soft">{t("evidence.unused")}</p> : (
          <ul class="list">
            {factors.data?.uses.map((one) => (
              <li key={`${one.context_map_id} ${one.factor_id}`}>
                <span>{say(one.factor_title)}<br /><Link href={page(`context-maps/${one.context_map_id}`)} onClick={closeDrawer}>{say(one.context_map_title)}</Link></span>
                <State of={one.context_map_state} />
              </li>
            ))}
          </ul>
        )}
      </Reading>
      <h3>{t("evidence.used_by_findings")}</h3>
      <Reading of={findings}>
        {findings.data?.findings.length === 0 ? <p class="soft">{t("evidence.unused_by_findings")}</p> : (
          <ul class="list">
            {findings.data?.findings.map(({ finding, assessment_title, assessment_state }) => finding && (
              <li key={finding.id}>
                <span>{say(finding.narrative)}<br /><Link href={page(`assessments/${finding.assessment_id}`)} onClick={closeDrawer}>{say(assessment_title)}</Link></span>
                <State of={assessment_state} />
              </li>
            ))}
          </ul>
        )}
      </Reading>
    </div>
  );
}

/** The form of a piece of evidence. */
export function EvidenceForm({ onDone, observation = "" }: { onDone: (made: Evidence) => void; observation?: string }) {
  const draft = useDraft(observation ? `evidence ${observation}` : "evidence", { title: "", source: "", date: today(), link: "", reliability: "B", credibility: "2", classification: "unclassified", event_id: "", event: "" });
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const [looking, setLooking] = useState(false);
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("evidence.record")}
      send={async (value) => {
        try {
          const made = file ? await sendFile(file, value, setSent) : await write<Evidence>("POST", below("evidence"), record(value, observation));
          expire(below("evidence"));
          onDone(made);
        } finally {
          setSent(null);
        }
      }}
    >
      {(about) => (
        <>
          {observation && <Notice>{t("evidence.of_observation")}</Notice>}
          {of.event_id && (
            <Notice>
              {t("evidence.of_event", { event: of.event })}{" "}
              <button type="button" class="button quiet" onClick={() => draft.set({ event_id: "", event: "" })}>{t("evidence.without_event")}</button>
            </Notice>
          )}
          {!observation && !of.event_id && !file && (
            <details onToggle={(event) => setLooking(event.currentTarget.open)}>
              <summary>{t("evidence.find_event")}</summary>
              {looking && <EventPicker onPick={(event) => draft.set({ event_id: event.id, event: eventName(event), title: of.title || eventName(event).slice(0, TITLE_MAX), source: of.source || event.source, date: firstDay(event), classification: higher(of.classification, event.classification) })} />}
            </details>
          )}
          <TextField label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <TextField label={t("field.source")} value={of.source} wrong={about("source")} onInput={(source) => draft.set({ source })} required />
          <div class="pair">
            <TextField label={t("field.date")} type="date" value={of.date} wrong={about("date")} onInput={(date) => draft.set({ date })} required />
            {!file && <TextField label={t("evidence.link")} type="url" value={of.link} wrong={about("link")} onInput={(link) => draft.set({ link })} />}
          </div>
          {!observation && !of.event_id && (
            <div class="stack tight">
              <Drop accept={ACCEPTED} label={file ? `${file.name} (${size(file.size)})` : t("evidence.drop")} onFile={setFile} />
              <p class="hint">{t("evidence.file_hint")}</p>
              {about("file") && <p class="wrong">{about("file")}</p>}
              {file && sent === null && <div><button type="button" class="button quiet" onClick={() => setFile(null)}>{t("evidence.without_file")}</button></div>}
              {sent !== null && <progress value={sent} max={1} aria-label={t("evidence.sending")} />}
            </div>
          )}
          <div class="pair">
            <Choice label={t("evidence.reliability")} hint={t("evidence.reliability_hint")} value={of.reliability} among={RELIABILITIES} onInput={(reliability) => draft.set({ reliability })} />
            <Choice label={t("evidence.credibility")} hint={t("evidence.credibility_hint")} value={of.credibility} among={CREDIBILITIES} onInput={(credibility) => draft.set({ credibility })} />
          </div>
          <Choice label={t("classification.label")} value={of.classification} among={CLASSIFICATIONS} onInput={(classification) => draft.set({ classification })} />
        </>
      )}
    </Form>
  );
}

/** The more restricted of two classifications. */
function higher(one: string, other: string): string {
  return CLASSIFICATIONS.indexOf(one as never) >= CLASSIFICATIONS.indexOf(other as never) ? one : other;
}

/** What is recorded: the name of the event is only shown. */
function record({ event: _, ...value }: About & { link: string; event_id: string; event: string }, observation: string) {
  return { ...value, credibility: Number(value.credibility), observation_id: observation };
}

interface About {
  title: string;
  source: string;
  date: string;
  reliability: string;
  credibility: string;
  classification: string;
}

function sendFile(file: File, { title, source, date, reliability, credibility, classification }: About, onSent: (share: number) => void): Promise<Evidence> {
  const query = new URLSearchParams({ file_name: file.name, title, source, date, reliability, credibility, classification });
  onSent(0);
  return upload<Evidence>(below(`evidence/files?${query}`), file, onSent);
}
