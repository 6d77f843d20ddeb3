// Recording a piece of evidence, from the evidence list or from beside a factor.
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Evidence } from "../api/types";
import { t } from "../i18n";
import { today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { Choice, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { below } from "../session";
import { CLASSIFICATIONS, CREDIBILITIES, RELIABILITIES } from "../words";

/** The form of a piece of evidence. */
export function EvidenceForm({ onDone }: { onDone: (made: Evidence) => void }) {
  const draft = useDraft("evidence", { title: "", source: "", date: today(), link: "", reliability: "B", credibility: "2", classification: "unclassified" });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("evidence.record")}
      send={async (value) => {
        const made = await write<Evidence>("POST", below("evidence"), { ...value, credibility: Number(value.credibility) });
        expire(below("evidence"));
        onDone(made);
      }}
    >
      {(about) => (
        <>
          <TextField label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <TextField label={t("field.source")} value={of.source} wrong={about("source")} onInput={(source) => draft.set({ source })} required />
          <div class="pair">
            <TextField label={t("field.date")} type="date" value={of.date} wrong={about("date")} onInput={(date) => draft.set({ date })} required />
            <TextField label={t("evidence.link")} type="url" value={of.link} wrong={about("link")} onInput={(link) => draft.set({ link })} />
          </div>
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
