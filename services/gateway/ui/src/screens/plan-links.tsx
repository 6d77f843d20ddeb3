// The theory of change: which output should bring which outcome about, and why.
import type { Plan, PlanItem, ResultLink } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, NumberField, TextArea, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Notice } from "../parts/notice";
import { Table } from "../parts/table";
import { removeLink, setLink } from "../plan/writes";
import { mayWrite } from "../session";
import { STRENGTHS } from "../words";

/** The links of a plan, by outcome. */
export function PlanLinks({ plan }: { plan: Plan }) {
  const editable = plan.state === "draft" && mayWrite("coordinator");
  const items = new Map(plan.items.map((item) => [item.id, item]));
  const named = (id: string) => {
    const item = items.get(id);
    return item ? `${item.number} ${say(item.statement)}` : "–";
  };
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
      <Table
        caption={t("plan.links")}
        rows={plan.links}
        keyOf={(link) => `${link.output_id}${link.outcome_id}`}
        columns={[
          { head: word("output"), names: true, cell: (link) => named(link.output_id) },
          { head: word("outcome"), cell: (link) => named(link.outcome_id) },
          { head: t("plan.hypothesis"), cell: (link) => <>{say(link.hypothesis)}{link.assumptions.length > 0 && <p class="soft small">{link.assumptions.join("; ")}</p>}</> },
          { head: t("plan.lag"), numeric: true, cell: (link) => link.expected_lag_months },
          { head: t("plan.strength"), cell: (link) => word(link.strength) },
          ...(editable ? [{ head: <span class="unseen">{t("field.actions")}</span>, cell: (link: ResultLink) => <WriteButton label={t("action.remove")} work={() => removeLink(plan, link)} /> }] : []),
        ]}
      />
    </div>
  );
}

function choicesOf(items: readonly PlanItem[], kind: string): (readonly [string, string])[] {
  return items.filter((item) => item.kind === kind).map((item) => [item.id, `${item.number} ${say(item.statement)}`] as const);
}

function LinkForm({ plan }: { plan: Plan }) {
  const draft = useDraft(`link.${plan.id}`, { output_id: "", outcome_id: "", hypothesis: { en: "", fr: "" }, assumptions: "", expected_lag_months: "6", strength: "moderate" });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("action.add")}
      onDone={closeDrawer}
      send={(value) => setLink(plan, { ...value, assumptions: value.assumptions.split("\n").map((line) => line.trim()).filter(Boolean), expected_lag_months: Number(value.expected_lag_months) || 0 })}
    >
      {(about) => (
        <>
          <Choice label={word("output")} none="–" required value={of.output_id} among={choicesOf(plan.items, "output")} wrong={about("output_id")} onInput={(output_id) => draft.set({ output_id })} />
          <Choice label={word("outcome")} none="–" required value={of.outcome_id} among={choicesOf(plan.items, "outcome")} wrong={about("outcome_id")} onInput={(outcome_id) => draft.set({ outcome_id })} />
          <TextPair label={t("plan.hypothesis")} long value={of.hypothesis} wrong={about("hypothesis")} onInput={(hypothesis) => draft.set({ hypothesis })} />
          <TextArea label={t("plan.assumptions")} hint={t("plan.assumptions_hint")} value={of.assumptions} onInput={(assumptions) => draft.set({ assumptions })} />
          <div class="pair">
            <NumberField label={t("plan.lag")} value={of.expected_lag_months} wrong={about("expected_lag_months")} onInput={(expected_lag_months) => draft.set({ expected_lag_months })} />
            <Choice label={t("plan.strength")} value={of.strength} among={STRENGTHS} onInput={(strength) => draft.set({ strength })} />
          </div>
        </>
      )}
    </Form>
  );
}
