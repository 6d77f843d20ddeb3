// One stakeholder in the drawer: who it is, how it was assessed over time, a new assessment.
import { write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { GetStakeholderResponse, ListAreasResponse, Stakeholder } from "../api/types";
import { beside, say, t, word } from "../i18n";
import { date, percent, signed } from "../i18n/format";
import { today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Choice, Choices, NumberField, numberOf, TextBeside, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Reading } from "../parts/notice";
import { Person } from "../parts/person";
import { Classification } from "../parts/status";
import { below, mayWrite } from "../session";
import { CLASSIFICATIONS, CONFIDENCES, STAKEHOLDER_KINDS } from "../words";
import { MergedInto, MergeForm, mayMerge, StandsFor } from "./stakeholder-merge";
import { RelationsOf } from "./stakeholder-relations";
import { StrategiesOf } from "./stakeholder-strategies";
import { stanceWord } from "./stakeholders";

const ANALYSTS = ["contributor", "focal_point", "coordinator", "adviser"];
const FIVE = ["1", "2", "3", "4", "5"];

/** A stakeholder with its history. */
export function OneStakeholder({ id }: { id: string }) {
  const found = useGet<GetStakeholderResponse>(below(`stakeholders/${id}`));
  const of = found.data?.stakeholder;
  return (
    <Reading of={found}>
      {of && (
        <>
          <p class="row"><span>{word(of.kind)}</span><Classification of={of.classification} /></p>
          {of.merged_into && <StandsFor of={of} />}
          {of.aliases.length > 0 && <p class="soft">{t("stakeholders.aliases")}: {of.aliases.join(", ")}</p>}
          {of.also_known.length > 0 && <p class="soft">{t("merge.also")}: {of.also_known.join(", ")}</p>}
          {say(of.description) && <p>{say(of.description)}</p>}
          <dl class="facts">
            <div><dt>{t("spine.areas")}</dt><dd>{of.areas.join(", ") || t("area.all")}</dd></div>
            <div><dt>{t("stakeholders.women")}</dt><dd>{of.women_share === null ? t("figure.missing") : percent(of.women_share)}</dd></div>
          </dl>
          {mayWrite(...ANALYSTS) && !of.merged_into && (
            <>
              <details>
                <summary>{t("stakeholders.assess")}</summary>
                <AssessForm of={of} />
              </details>
              <details>
                <summary>{t("stakeholders.revise")}</summary>
                <ReviseForm of={of} />
              </details>
              {mayMerge() && (
                <details>
                  <summary>{t("merge.title")}</summary>
                  <MergeForm of={of} />
                </details>
              )}
            </>
          )}
          {found.data && <MergedInto found={found.data} />}
          {!of.merged_into && <><StrategiesOf of={of} /><RelationsOf of={of} /></>}
          <h3>{t("stakeholders.history")}</h3>
          {found.data?.assessments.length === 0 && <p class="soft">{t("stakeholders.no_history")}</p>}
          <ul class="list">
            {found.data?.assessments.map((one) => (
              <li key={one.id}>
                <span>
                  <b>{date(one.as_of)}</b> · {t("stakeholders.influence")} {one.influence} · {t("stakeholders.interest")} {one.interest} · {signed(one.stance)} {stanceWord(one.stance)}
                  {SAID.map((what) => beside(one, what) && <span key={what} class="block-line">{word(what)}: {beside(one, what)}</span>)}
                  {beside(one, "note") && <span class="block-line soft">{beside(one, "note")}</span>}
                </span>
                <span class="soft small">{word(one.confidence)}, <Person id={one.recorded_by} /></span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Reading>
  );
}

function changed(id: string): void {
  expire(below("stakeholders"), below("stakeholder-grid"), below(`stakeholders/${id}`));
}

/** What is told of a stakeholder in words. */
const SAID = ["capability", "attitude", "behaviour"] as const;

function AssessForm({ of }: { of: Stakeholder }) {
  const draft = useDraft(`assess.${of.id}`, { as_of: today(), influence: "3", interest: "3", stance: "0", capability: "", capability_fr: "", attitude: "", attitude_fr: "", behaviour: "", behaviour_fr: "", confidence: "medium", note: "", note_fr: "" });
  const now = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("stakeholders.assess")}
      send={async (value) => {
        await write("POST", below(`stakeholders/${of.id}/assessments`), { ...value, influence: Number(value.influence), interest: Number(value.interest), stance: Number(value.stance) });
        changed(of.id);
      }}
    >
      {(about) => (
        <>
          <div class="pair">
            <TextField label={t("stakeholders.on_date")} type="date" value={now.as_of} wrong={about("as_of")} onInput={(as_of) => draft.set({ as_of })} required />
            <Choice label={t("stakeholders.influence")} value={now.influence} among={FIVE} onInput={(influence) => draft.set({ influence })} />
            <Choice label={t("stakeholders.interest")} value={now.interest} among={FIVE} onInput={(interest) => draft.set({ interest })} />
            <Choice label={t("stakeholders.stance")} value={now.stance} among={[-2, -1, 0, 1, 2].map((stance) => [String(stance), `${signed(stance)} ${stanceWord(stance)}`] as const)} onInput={(stance) => draft.set({ stance })} />
            <Choice label={t("field.confidence")} value={now.confidence} among={CONFIDENCES} onInput={(confidence) => draft.set({ confidence })} />
          </div>
          {SAID.map((what) => <TextBeside key={what} label={word(what)} name={what} of={now} about={about} onInput={draft.set} />)}
          <TextBeside label={t("field.note")} name="note" of={now} about={about} onInput={draft.set} long />
        </>
      )}
    </Form>
  );
}

type Editable = Pick<Stakeholder, "name" | "kind" | "areas" | "description" | "classification"> & { aliases: string; women: string };

function editable(of: Stakeholder): Editable {
  return { name: of.name, kind: of.kind, areas: of.areas, description: of.description, classification: of.classification, aliases: of.aliases.join(", "), women: of.women_share === null ? "" : String(of.women_share * 100) };
}

function sent({ aliases, women, ...rest }: Editable): object {
  const share = numberOf(women);
  return { ...rest, aliases: aliases.split(",").map((alias) => alias.trim()).filter(Boolean), women_share: share === null ? null : share / 100 };
}

const NOBODY: Editable = { name: "", kind: "state_institution", areas: [], description: { en: "", fr: "" }, classification: "", aliases: "", women: "" };

/** Registering a stakeholder. */
export function RegisterForm() {
  const draft = useDraft("stakeholder", NOBODY);
  return (
    <Form
      draft={draft}
      submit={t("stakeholders.register")}
      send={async (value) => {
        const made = await write<Stakeholder>("POST", below("stakeholders"), sent(value));
        changed(made.id);
        openDrawer(made.name, () => <OneStakeholder id={made.id} />);
      }}
    >
      {(about) => <Fields value={draft.value} set={draft.set} about={about} fresh />}
    </Form>
  );
}

function ReviseForm({ of }: { of: Stakeholder }) {
  const base = editable(of);
  const draft = useDraft(`stakeholder.${of.id}`, base, of.version);
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? editable(current as Stakeholder) : undefined)}
      submit={t("action.save")}
      send={async (value, version) => {
        const next = await write<Stakeholder>("PUT", below(`stakeholders/${of.id}`), sent(value), { version: version ?? of.version });
        put(below(`stakeholders/${of.id}`), { stakeholder: next, assessments: [], merged: [] });
        changed(of.id);
      }}
    >
      {(about) => <Fields value={draft.value} set={draft.set} about={about} />}
    </Form>
  );
}

function Fields({ value, set, about, fresh }: { value: Editable; set: (change: Partial<Editable>) => void; about: (field: string) => string | undefined; fresh?: boolean }) {
  const areas = useGet<ListAreasResponse>(below("areas"));
  return (
    <>
      <TextField label={t("field.name")} value={value.name} wrong={about("name")} onInput={(name) => set({ name })} required />
      <TextField label={t("stakeholders.aliases")} hint={t("field.comma_hint")} value={value.aliases} wrong={about("aliases")} onInput={(aliases) => set({ aliases })} />
      <Choice label={t("field.kind")} value={value.kind} among={STAKEHOLDER_KINDS} onInput={(kind) => set({ kind })} />
      <TextPair label={t("field.description")} long value={value.description} onInput={(description) => set({ description })} />
      <Choices label={t("spine.areas")} value={value.areas} onInput={(next) => set({ areas: next })} among={(areas.data?.areas ?? []).map((area) => [area.code, say(area.name)] as const)} />
      <NumberField label={t("stakeholders.women_percent")} value={value.women} wrong={about("women_share")} onInput={(women) => set({ women })} />
      <Choice label={t("classification.label")} value={value.classification} among={CLASSIFICATIONS} {...(fresh ? { none: t("stakeholders.by_kind") } : {})} onInput={(classification) => set({ classification })} />
    </>
  );
}
