// The theory of change: which output should bring which outcome about, and why.
import { useEffect, useRef } from "preact/hooks";
import { useGet } from "../api/store";
import type { ListRisksResponse, Plan, PlanItem, ResultLink, TheoryOfChange } from "../api/types";
import { TheoryChart } from "../charts/theory";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, NumberField, TextBeside, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { nameIn } from "../plan/fields";
import { removeLink, setLink } from "../plan/writes";
import { below, isStaff, mayWrite } from "../session";
import { STRENGTHS } from "../words";

/** The links of a plan, by outcome. */
export function PlanLinks({ plan }: { plan: Plan }) {
  const as = useParameter("as") || "picture";
  const editable = plan.state === "draft" && mayWrite("coordinator");
  const named = (id: string) => nameIn(plan.items, id);
  const unlinked = plan.items.filter((item) => item.kind === "output" && !plan.links.some((link) => link.output_id === item.id));
  return (
    <div class="stack">
      {editable && (
        <div>
          <button type="button" class="button" onClick={() => openDrawer(t("plan.add_link"), () => <LinkForm plan={plan} />)}>{t("plan.add_link")}</button>
        </div>
      )}
      {unlinked.length > 0 && (
        <Notice tone="careful">
          <p>{t("plan.unlinked", { count: unlinked.length })}</p>
          <details><summary>{t("action.show")}</summary><ul>{unlinked.map((item) => <li key={item.id}>{named(item.id)}</li>)}</ul></details>
        </Notice>
      )}
      <Tabs label={t("plan.links")} parameter="as" views={[["picture", t("theory.picture")], ["table", t("theory.table")]]} />
      {as === "table" ? <Table
        caption={t("plan.links")}
        rows={plan.links}
        keyOf={(link) => `${link.output_id}${link.outcome_id}`}
        columns={[
          { head: word("output"), names: true, cell: (link) => named(link.output_id) },
          { head: word("outcome"), cell: (link) => named(link.outcome_id) },
          { head: t("plan.hypothesis"), cell: (link) => <>{say(link.hypothesis)}{link.assumptions.length > 0 && <p class="soft small">{assumptionsOf(link).join("; ")}</p>}</> },
          { head: t("plan.lag"), numeric: true, cell: (link) => link.expected_lag_months },
          { head: t("plan.strength"), cell: (link) => word(link.strength) },
          ...(editable ? [{ head: <span class="unseen">{t("field.actions")}</span>, cell: (link: ResultLink) => <span class="row"><EditLink plan={plan} link={link} /><WriteButton label={t("action.remove")} work={() => removeLink(plan, link)} /></span> }] : []),
        ]}
      /> : <Picture plan={plan} />}
    </div>
  );
}

function Picture({ plan }: { plan: Plan }) {
  // Read again whenever the plan is another one, so that a change is drawn at once.
  const found = useGet<TheoryOfChange>(below(`plans/${plan.id}/theory-of-change`));
  const seen = useRef(plan.version);
  useEffect(() => {
    if (seen.current !== plan.version) found.again();
    seen.current = plan.version;
  }, [plan.version]);
  const open = (id: string) => {
    const item = plan.items.find((one) => one.id === id);
    if (item) openDrawer(`${word(item.kind)} ${item.number}`, () => <ResultOf plan={plan} item={item} />);
  };
  return (
    <Reading of={found}>
      {found.data && (found.data.nodes.length === 0 ? <Empty>{t("plan.empty")}</Empty> : (
        <section class="card">
          <TheoryChart theory={found.data} onOpen={open} />
          <ul class="legend">
            {STRENGTHS.map((one) => <li key={one}><svg class="chart theory key" viewBox="0 0 32 12" aria-hidden="true"><g class={`link ${one} near`}><path d="M1 6H31" /></g></svg>{word(one)}</li>)}
            <li>⚠ {t("theory.unlinked")}</li>
          </ul>
          <p class="soft small">{t("theory.keys")}</p>
        </section>
      ))}
    </Reading>
  );
}

/** What an item rests on: its links with hypothesis, lag, strength, and the assumptions and risks on them. */
function ResultOf({ plan, item }: { plan: Plan; item: PlanItem }) {
  const risks = useGet<ListRisksResponse>(isStaff() ? below(`plans/${plan.id}/risks`) : null);
  const named = (id: string) => nameIn(plan.items, id);
  const links = plan.links.filter((link) => link.output_id === item.id || link.outcome_id === item.id);
  const on = (link: ResultLink) => (risks.data?.risks ?? []).filter((risk) => risk.item_id === link.output_id && risk.outcome_id === link.outcome_id);
  return (
    <div class="stack">
      <p>{say(item.statement)}</p>
      {links.length === 0 && <Notice tone="careful">{t(item.kind === "objective" ? "theory.of_objective" : "theory.no_link")}</Notice>}
      {links.map((link) => (
        <section key={`${link.output_id}${link.outcome_id}`} class="card stack tight">
          <h3>{item.kind === "output" ? `→ ${named(link.outcome_id)}` : `${named(link.output_id)} →`}</h3>
          <p class="soft">{t("plan.strength")}: {word(link.strength)} · {t("theory.months", { count: link.expected_lag_months })}</p>
          <p>{t("plan.hypothesis")}: {say(link.hypothesis) || "–"}</p>
          {link.assumptions.length > 0 && <><p>{t("plan.assumptions")}</p><ul>{assumptionsOf(link).map((one) => <li key={one}>{one}</li>)}</ul></>}
          {plan.state === "draft" && mayWrite("coordinator") && <p><EditLink plan={plan} link={link} /></p>}
          {on(link).map((risk) => <p key={risk.id}>{word(risk.kind)}: {say(risk.statement)} {risk.reading && <span class="soft">{word(risk.reading.state)}</span>}</p>)}
        </section>
      ))}
    </div>
  );
}

function choicesOf(items: readonly PlanItem[], kind: string): (readonly [string, string])[] {
  return items.filter((item) => item.kind === kind).map((item) => [item.id, `${item.number} ${say(item.statement)}`] as const);
}

function EditLink({ plan, link }: { plan: Plan; link: ResultLink }) {
  return <button type="button" class="button" onClick={() => openDrawer(t("plan.edit_link"), () => <LinkForm plan={plan} link={link} />)}>{t("action.edit")}</button>;
}

const NEW_LINK = { output_id: "", outcome_id: "", hypothesis: { en: "", fr: "" } as ResultLink["hypothesis"], assumptions: "", assumptions_fr: "", expected_lag_months: "6", strength: "moderate" };

/** What a link rests on, in the language of the screen. */
const assumptionsOf = (link: ResultLink): string[] => link.assumptions.map((en, place) => say({ en, fr: link.assumptions_fr[place] ?? "" }));

/** The lines of the two fields; a line says the same as the one beside it, and what is blank in both is left out. */
function linesOf(value: { assumptions: string; assumptions_fr: string }): Pick<ResultLink, "assumptions" | "assumptions_fr"> {
  const [english, french] = [value.assumptions, value.assumptions_fr].map((text) => text.split("\n").map((line) => line.trim())) as [string[], string[]];
  const pairs = (english.length > french.length ? english : french).map((_, place) => [english[place] ?? "", french[place] ?? ""] as const).filter((pair) => pair.some(Boolean));
  return { assumptions: pairs.map(([en]) => en), assumptions_fr: pairs.map(([, fr]) => fr) };
}

function typedLink(link: ResultLink): typeof NEW_LINK {
  return { ...link, assumptions: link.assumptions.join("\n"), assumptions_fr: link.assumptions_fr.join("\n"), expected_lag_months: String(link.expected_lag_months) };
}

/** A link, new or as it stands; its two ends are what it is known by. */
function LinkForm({ plan, link }: { plan: Plan; link?: ResultLink }) {
  const draft = useDraft(link ? `link.${plan.id}.${link.output_id}.${link.outcome_id}` : `link.${plan.id}`, link ? typedLink(link) : NEW_LINK);
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t(link ? "action.save" : "action.add")}
      onDone={closeDrawer}
      send={(value) => setLink(plan, { ...value, ...linesOf(value), expected_lag_months: Number(value.expected_lag_months) || 0 })}
    >
      {(about) => (
        <>
          {link ? <p class="soft">{nameIn(plan.items, link.output_id)} → {nameIn(plan.items, link.outcome_id)}</p> : (
            <>
              <Choice label={word("output")} none="–" required value={of.output_id} among={choicesOf(plan.items, "output")} wrong={about("output_id")} onInput={(output_id) => draft.set({ output_id })} />
              <Choice label={word("outcome")} none="–" required value={of.outcome_id} among={choicesOf(plan.items, "outcome")} wrong={about("outcome_id")} onInput={(outcome_id) => draft.set({ outcome_id })} />
            </>
          )}
          <TextPair label={t("plan.hypothesis")} long value={of.hypothesis} wrong={about("hypothesis")} onInput={(hypothesis) => draft.set({ hypothesis })} />
          <TextBeside name="assumptions" long label={t("plan.assumptions")} hint={t("plan.assumptions_hint")} of={of} about={about} onInput={(change) => draft.set(change)} />
          <div class="pair">
            <NumberField label={t("plan.lag")} value={of.expected_lag_months} wrong={about("expected_lag_months")} onInput={(expected_lag_months) => draft.set({ expected_lag_months })} />
            <Choice label={t("plan.strength")} value={of.strength} among={STRENGTHS} onInput={(strength) => draft.set({ strength })} />
          </div>
        </>
      )}
    </Form>
  );
}
