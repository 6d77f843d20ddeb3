// Frameworks of the library: read, cloned as a whole or in part, and kept by headquarters version after version.
import { useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { LibraryOutcome, LibraryOutput, LibraryTemplate, LibraryTemplateVersion, ListLibraryTemplateVersionsResponse, ListPlansResponse, Plan, SetLibraryTemplateRequest } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, ListField, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { fieldName, fieldValue } from "../plan/fields";
import { took } from "../plan/writes";
import { below, isStaff, may, mayWrite, page } from "../session";
import { COMPONENTS, DIMENSIONS, THEMES } from "../words";

const themes = () => THEMES.map((one) => [one, word(`theme_${one}`)] as const);
/** Of every framework. */
const OBJECTIVE = "objective";

/** The frameworks, each with what can be done with it. */
export function Frameworks({ of }: { of: readonly LibraryTemplate[] }) {
  const plans = useGet<ListPlansResponse>(below("plans"));
  const draft = plans.data?.plans.find((plan) => plan.state === "draft");
  return (
    <div class="stack">
      {mayWrite("coordinator") && !draft && <Notice>{t("library.no_draft")}</Notice>}
      {may("hq_analyst") && <div class="row"><button type="button" class="button" onClick={() => openDrawer(t("library.write"), () => <TemplateForm />)}>{t("library.write")}</button></div>}
      {of.length === 0 && <Empty>{t("library.no_framework")}</Empty>}
      {of.map((one) => (
        <section key={one.code} class="card stack tight" aria-label={say(one.title)}>
          <h2>{say(one.title)}</h2>
          <p class="soft">{word(`theme_${one.theme}`)} · <code>{one.code}</code> · {t("plan.version", { number: one.version })}</p>
          <p>{say(one.objective)}</p>
          <ol class="framework">
            {one.outcomes.map((outcome) => (
              <li key={outcome.id}>
                {say(outcome.statement)} <span class="soft">{word(outcome.dimension)} {outcome.indicator_codes.join(", ")}</span>
                <ul>
                  {outcome.outputs.map((output) => <li key={output.id}>{say(output.statement)} <span class="soft">{word(output.component)} {output.indicator_codes.join(", ")}</span></li>)}
                </ul>
              </li>
            ))}
          </ol>
          <div class="row">
            {mayWrite("coordinator") && draft && <Opens label={t("library.add_to_draft")} of={one} draw={() => <CloneTemplate of={one} plan={draft} />} />}
            {may("hq_analyst") && <Opens label={t("library.next_version")} of={one} draw={() => <TemplateForm of={one} />} />}
            {isStaff() && <Opens label={t("indicator.versions")} of={one} draw={() => <Versions code={one.code} />} />}
          </div>
        </section>
      ))}
    </div>
  );
}

function Opens({ label, of, draw }: { label: string; of: LibraryTemplate; draw: Parameters<typeof openDrawer>[1] }) {
  return <button type="button" class="button" onClick={() => openDrawer(`${label} · ${say(of.title)}`, draw)}>{label}<span class="unseen">: {say(of.title)}</span></button>;
}

/** Ids of an outcome and its outputs. */
const withOutputs = (outcome: LibraryOutcome) => [outcome.id, ...outcome.outputs.map((output) => output.id)];

function CloneTemplate({ of, plan }: { of: LibraryTemplate; plan: Plan }) {
  const draft = useDraft<{ lead_section: string; left_out: string[] }>(`library.clone.${of.code}.${of.version}`, { lead_section: "", left_out: [] });
  const now = useGet<Plan>(below(`plans/${plan.id}`));
  const [, go] = useLocation();
  const there = new Set(now.data?.items.filter((item) => item.library_code === of.code).map((item) => item.library_part_id));
  const left = new Set(draft.value.left_out);
  const all = of.outcomes.flatMap(withOutputs);
  const chosen = all.filter((id) => !there.has(id) && !left.has(id));
  const leave = (ids: readonly string[], out: boolean) => draft.set({ left_out: out ? [...left, ...ids] : [...left].filter((id) => !ids.includes(id)) });
  const part = (id: string, label: string, ids: readonly string[], above?: LibraryOutcome) => (
    <label class="row close">
      <input type="checkbox" checked={there.has(id) || !left.has(id)} disabled={there.has(id)} onChange={(event) => leave(event.currentTarget.checked && above ? [...ids, above.id] : ids, !event.currentTarget.checked)} />
      <span>{label} {there.has(id) && <span class="soft">{t("library.there")}</span>}</span>
    </label>
  );
  return (
    <Form
      draft={draft}
      submit={t("library.add_to_draft")}
      onDone={closeDrawer}
      send={async ({ lead_section }) => {
        const item_ids = chosen.length === all.length ? [] : [OBJECTIVE, ...chosen];
        took(await write<Plan>("POST", below(`plans/${plan.id}/clone-template`), { code: of.code, lead_section, item_ids }, { version: now.data?.version ?? plan.version }));
        expire(below("plans"), below("library"), below("indicators"));
        go(page(`plan/${plan.id}`));
      }}
    >
      {(about) => (
        <>
          <p>{t("library.what_is_added", { title: say(of.title), number: plan.number })}</p>
          <fieldset class="field">
            <legend>{t("library.taken")}</legend>
            <p class="hint">{t("library.taken_hint")}</p>
            <ul>
              {of.outcomes.map((outcome) => (
                <li key={outcome.id}>
                  {part(outcome.id, say(outcome.statement), withOutputs(outcome))}
                  <ul class="inset">
                    {outcome.outputs.map((output) => <li key={output.id}>{part(output.id, say(output.statement), [output.id], outcome)}</li>)}
                  </ul>
                </li>
              ))}
            </ul>
            {about("item_ids") && <p class="wrong">{about("item_ids")}</p>}
          </fieldset>
          <TextField label={t("plan.lead")} hint={t("library.lead_hint")} value={draft.value.lead_section} wrong={about("lead_section")} onInput={(lead_section) => draft.set({ lead_section })} required />
        </>
      )}
    </Form>
  );
}

/** Keeps an objective of the plan in force as a framework, or as the next version of one. */
export function KeepTemplate({ known }: { known: readonly LibraryTemplate[] }) {
  const draft = useDraft("library.keep", { item_id: "", code: "", theme: "political_process", title: { en: "", fr: "" } });
  const plan = useGet<Plan>(below("plans/active"));
  const of = draft.value;
  const before = known.find((one) => one.code === of.code);
  const objectives = (plan.data?.items ?? []).filter((item) => item.kind === "objective");
  return (
    <Form
      draft={draft}
      submit={t("library.keep")}
      onDone={closeDrawer}
      send={async (value) => {
        await write<LibraryTemplate>("PUT", below("library/templates"), { plan_id: plan.data?.id ?? "", ...value, seen_version: before?.version ?? 0 });
        expire(below("library"));
      }}
    >
      {(about) => (
        <>
          <Choice label={t("word.objective")} none="–" required value={of.item_id} wrong={about("item_id")} among={objectives.map((item) => [item.id, `${item.number} ${say(item.statement)}`] as const)} onInput={(item_id) => draft.set({ item_id })} />
          <Choice
            label={t("library.next_of")}
            none={t("library.a_new_one")}
            value={before?.code ?? ""}
            among={known.map((one) => [one.code, `${one.code} ${say(one.title)}`] as const)}
            onInput={(code) => {
              const next = known.find((one) => one.code === code);
              draft.set(next ? { code, theme: next.theme, title: next.title ?? { en: "", fr: "" } } : { code });
            }}
          />
          <TextField label={t("areas.code")} value={of.code} wrong={about("code")} onInput={(code) => draft.set({ code })} required />
          <Choice label={t("library.theme")} value={of.theme} among={themes()} onInput={(theme) => draft.set({ theme })} />
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
        </>
      )}
    </Form>
  );
}

const OUTPUT: LibraryOutput = { id: "", statement: { en: "", fr: "" }, component: "civilian", indicator_codes: [] };
const OUTCOME: LibraryOutcome = { id: "", statement: { en: "", fr: "" }, dimension: "behaviour", indicator_codes: [], outputs: [] };

/** The list with another one at a place; without one there, the rest. */
const put = <T,>(list: readonly T[], place: number, one?: T): T[] => [...list.slice(0, place), ...(one ? [one] : []), ...list.slice(place + 1)];

/** A framework as headquarters writes it: a new one, or the next version of one. */
function TemplateForm({ of }: { of?: LibraryTemplate }) {
  const said = (one?: LibraryTemplate): Omit<SetLibraryTemplateRequest, "seen_version"> => ({ code: one?.code ?? "", theme: one?.theme ?? "political_process", title: one?.title ?? { en: "", fr: "" }, objective: one?.objective ?? { en: "", fr: "" }, outcomes: one?.outcomes ?? [OUTCOME] });
  const draft = useDraft(`library.framework.${of?.code ?? "new"}`, said(of), of?.version);
  const { outcomes, ...head } = draft.value;
  const set = (place: number, outcome?: LibraryOutcome) => draft.set({ outcomes: put(outcomes, place, outcome) });
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? said(current as LibraryTemplate) : undefined)}
      submit={t("action.save")}
      onDone={closeDrawer}
      send={async ({ code, ...value }, version) => {
        await write<LibraryTemplate>("PUT", below(`library/templates/${encodeURIComponent(code)}`), { ...value, seen_version: version ?? of?.version ?? 0 });
        expire(below("library"));
      }}
    >
      {(about) => (
        <>
          {!of && <TextField label={t("areas.code")} value={head.code} wrong={about("code")} onInput={(code) => draft.set({ code })} required />}
          <Choice label={t("library.theme")} value={head.theme} among={themes()} onInput={(theme) => draft.set({ theme })} />
          <TextPair label={t("field.title")} value={head.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
          <TextPair label={t("word.objective")} long value={head.objective} wrong={about("objective")} onInput={(objective) => draft.set({ objective })} required />
          {outcomes.map((outcome, place) => {
            const number = `${place + 1}`;
            const name = `${word("outcome")} ${number}`;
            const wrong = (field: string) => about(`outcomes[${place}].${field}`);
            return (
              <fieldset key={place} class="field stack tight">
                <legend class="unseen">{name}</legend>
                <TextPair label={name} long value={outcome.statement} wrong={wrong("statement")} onInput={(statement) => set(place, { ...outcome, statement })} required />
                <div class="pair">
                  <Choice label={t("plan.dimension")} value={outcome.dimension} among={DIMENSIONS} onInput={(dimension) => set(place, { ...outcome, dimension })} />
                  <ListField label={t("library.codes")} between="," value={outcome.indicator_codes} onInput={(indicator_codes) => set(place, { ...outcome, indicator_codes })} />
                </div>
                {outcome.outputs.map((output, inner) => {
                  const called = `${word("output")} ${number}.${inner + 1}`;
                  const within = (next?: LibraryOutput) => set(place, { ...outcome, outputs: put(outcome.outputs, inner, next) });
                  return (
                    <fieldset key={inner} class="field stack tight inset">
                      <legend class="unseen">{called}</legend>
                      <TextPair label={called} long value={output.statement} wrong={wrong(`outputs[${inner}].statement`)} onInput={(statement) => within({ ...output, statement })} required />
                      <div class="pair">
                        <Choice label={t("plan.component")} value={output.component} among={COMPONENTS} onInput={(component) => within({ ...output, component })} />
                        <ListField label={t("library.codes")} between="," value={output.indicator_codes} onInput={(indicator_codes) => within({ ...output, indicator_codes })} />
                      </div>
                      <div><Removes called={called} onClick={() => within()} /></div>
                    </fieldset>
                  );
                })}
                <div class="row">
                  <button type="button" class="button" onClick={() => set(place, { ...outcome, outputs: [...outcome.outputs, OUTPUT] })}>{t("plan.add_output")}</button>
                  {outcomes.length > 1 && <Removes called={name} onClick={() => set(place)} />}
                </div>
              </fieldset>
            );
          })}
          <div><button type="button" class="button" onClick={() => draft.set({ outcomes: [...outcomes, OUTCOME] })}>{t("plan.add_outcome")}</button></div>
          {about("outcomes") && <p class="wrong">{about("outcomes")}</p>}
        </>
      )}
    </Form>
  );
}

function Removes({ called, onClick }: { called: string; onClick: () => void }) {
  return <button type="button" class="button danger" onClick={onClick}>{t("action.remove")}<span class="unseen">: {called}</span></button>;
}

function Versions({ code }: { code: string }) {
  const found = useGet<ListLibraryTemplateVersionsResponse>(below(`library/templates/${encodeURIComponent(code)}/versions`));
  return <Reading of={found}><ol class="stack">{found.data?.versions.map((one) => <li key={one.version}><Version of={one} /></li>)}</ol></Reading>;
}

/** What changed in a version against the one before. */
function Version({ of }: { of: LibraryTemplateVersion }) {
  return (
    <section class="stack tight" aria-label={t("plan.version", { number: of.version })}>
      <h3>{t("plan.version", { number: of.version })}</h3>
      <p class="soft">{of.recorded_by ? `${date(of.recorded_at)} · ${of.recorded_by}` : t("library.with_system")}</p>
      <ul class="stack tight">
        {of.changes.map((change) => <li key={change.field}>{field(change.field)}: <del>{shown(change.field, change.before)}</del> → <ins>{shown(change.field, change.after)}</ins></li>)}
        {of.items.map((item) => (
          <li key={item.id}>
            <b>{t(`library.part_${item.change as "added"}`)}</b> <span class="soft">{word(item.kind)}</span> {say(item.statement)}
            {item.fields.map((change) => <div key={change.field}>{field(change.field)}: <del>{shown(change.field, change.before)}</del> → <ins>{shown(change.field, change.after)}</ins></div>)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A field of a framework as people call it. */
export function field(name: string): string {
  if (name === "indicator_codes") return t("library.codes");
  if (name === "theme") return t("library.theme");
  return name.startsWith("title.") ? `${t("field.title")} (${name.slice(-2).toUpperCase()})` : fieldName(name);
}

/** Its value as people read it. */
export function shown(name: string, value: string): string {
  return name === "theme" ? word(`theme_${value}`) : fieldValue({ field: name }, value);
}
