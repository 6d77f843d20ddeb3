// Subscriptions of other systems to what happens in the mission, and what each was told.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Delivery, Webhook } from "../api/types";
import { t, word } from "../i18n";
import { instant } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, Choices, TextField } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below } from "../session";
import { CLASSIFICATIONS } from "../words";

/** What a subscription may be told of, with its name. */
function topics(): readonly (readonly [string, string])[] {
  return [
    ["observations", t("topic.observations")],
    ["events", t("topic.events")],
    ["import", t("topic.import")],
    ["tasks", t("topic.tasks")],
    ["period", t("topic.period")],
    ["rule", t("topic.rule")],
    ["indicator", t("topic.indicator")],
    ["target", t("topic.target")],
    ["plan", t("topic.plan")],
    ["risk", t("topic.risk")],
    ["tripwire", t("topic.tripwire")],
    ["area", t("topic.area")],
    ["stakeholder", t("topic.stakeholder")],
    ["context_map", t("topic.context_map")],
    ["assessment", t("topic.assessment")],
    ["finding", t("topic.finding")],
    ["recommendation", t("topic.recommendation")],
    ["decision", t("topic.decision")],
    ["fact_sheet", t("topic.fact_sheet")],
  ];
}

function topicName(topic: string): string {
  return topics().find(([own]) => own === topic)?.[1] ?? topic;
}

const list = () => below("webhooks");

/** The subscriptions of the mission. */
export function Webhooks() {
  const found = useGet<{ webhooks: Webhook[] }>(list());
  const [made, setMade] = useState<Webhook | null>(null);
  const [shown, setShown] = useState("");
  const rows = found.data?.webhooks ?? [];
  const chosen = rows.find((one) => one.id === shown);
  return (
    <Reading of={found}>
      <div class="stack">
        <p>{t("webhooks.about")}</p>
        <div><button type="button" class="button primary" onClick={() => openDrawer(t("webhooks.add"), () => <WebhookForm onMade={setMade} />)}>{t("webhooks.add")}</button></div>
        {made?.secret && <Notice tone="good"><p>{t("webhooks.once", { name: made.name })}</p><p><code>{made.secret}</code></p></Notice>}
        {rows.length === 0 ? (
          <Empty>{t("webhooks.none")}</Empty>
        ) : (
          <Table
            caption={t("webhooks.title")}
            rows={rows}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.name"), names: true, cell: (one) => <>{one.name}<br /><span class="soft small">{one.url}</span></> },
              { head: t("webhooks.topics"), wide: true, cell: (one) => <>{one.topics.map(topicName).join(", ")}<br /><span class="soft small">{t("webhooks.up_to", { classification: word(one.clearance) })}</span></> },
              { head: t("field.state"), cell: (one) => (one.paused ? <><State of="paused" /><br /><span class="soft small">{one.paused}</span></> : <State of="active" />) },
              { head: t("webhooks.dead"), numeric: true, cell: (one) => one.dead },
              { head: <span class="unseen">{t("field.actions")}</span>, cell: (one) => <button type="button" class="button" aria-label={t("webhooks.told_of", { name: one.name })} aria-pressed={one.id === shown} onClick={() => setShown(one.id === shown ? "" : one.id)}>{t("webhooks.told")}</button> },
            ]}
          />
        )}
        {chosen && <Told of={chosen} onMade={setMade} />}
      </div>
    </Reading>
  );
}

/** Messages of one subscription, the newest first. */
function Told({ of, onMade }: { of: Webhook; onMade: (made: Webhook) => void }) {
  const [state, setState] = useState("");
  const base = below(`webhooks/${of.id}`);
  const path = `${base}/deliveries${state ? `?state=${state}` : ""}`;
  const found = useGet<{ deliveries: Delivery[]; next_cursor: string }>(path);
  const again = () => { expire(base); expire(list()); };
  return (
    <section class="stack" aria-labelledby="told-title">
      <h2 id="told-title">{t("webhooks.told_to", { name: of.name })}</h2>
      <div class="row">
        <button type="button" class="button" onClick={() => openDrawer(of.name, () => <WebhookForm of={of} onMade={onMade} />)}>{t("action.edit")}</button>
        <WriteButton label={t("webhooks.try")} work={async () => { await write("POST", `${base}/test`, {}); again(); }} />
        <WriteButton label={t("webhooks.replay")} disabled={of.dead === 0} work={async () => { await write("POST", `${base}/replay`, {}); again(); }} />
        <WriteButton danger label={t("action.remove")} sure={t("webhooks.remove_sure", { name: of.name })} work={async () => { await write("DELETE", base); expire(list()); }} />
      </div>
      <div class="row">
        <Choice label={t("field.state")} none={t("webhooks.all")} value={state} among={["waiting", "delivered", "dead"]} onInput={setState} />
        <button type="button" class="button" onClick={again}>{t("webhooks.refresh")}</button>
      </div>
      <Reading of={found}>
        {found.data?.deliveries.length === 0 ? (
          <Empty>{t("webhooks.nothing_told")}</Empty>
        ) : (
          <Table
            caption={t("webhooks.told_to", { name: of.name })}
            rows={found.data?.deliveries ?? []}
            keyOf={(one) => one.id}
            columns={[
              { head: t("webhooks.when"), names: true, cell: (one) => instant(one.happened_at) },
              { head: t("webhooks.what"), cell: (one) => <code>{one.kind}</code> },
              { head: t("field.state"), cell: (one) => <State of={one.state} /> },
              { head: t("webhooks.attempts"), numeric: true, cell: (one) => one.attempts },
              { head: t("webhooks.outcome"), wide: true, cell: (one) => one.outcome || "–" },
              { head: <span class="unseen">{t("field.actions")}</span>, cell: (one) => (one.state === "waiting" ? null : <WriteButton label={t("webhooks.again")} work={async () => { await write("POST", `${base}/deliveries/${one.id}/replay`, {}); again(); }} />) },
            ]}
          />
        )}
      </Reading>
    </section>
  );
}

function WebhookForm({ of: known, onMade }: { of?: Webhook; onMade: (made: Webhook) => void }) {
  const start = known
    ? { name: known.name, url: known.url, topics: known.topics, clearance: known.clearance, paused: known.paused !== "" }
    : { name: "", url: "", topics: [] as string[], clearance: "unclassified", paused: false };
  const draft = useDraft(`webhook-${known?.id ?? "new"}`, start, known?.version);
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={known ? t("action.save") : t("webhooks.add")}
      onDone={closeDrawer}
      send={async (value, version) => {
        if (known) await write("PUT", below(`webhooks/${known.id}`), value, { version: version ?? known.version });
        else onMade(await write<Webhook>("POST", list(), value));
        expire(list());
      }}
      theirs={(current) => {
        const one = current as Webhook;
        return { name: one.name, url: one.url, topics: one.topics, clearance: one.clearance, paused: one.paused !== "" };
      }}
    >
      {(about) => (
        <>
          <TextField label={t("field.name")} hint={t("webhooks.name_hint")} value={of.name} wrong={about("name")} onInput={(name) => draft.set({ name })} required />
          <TextField label={t("webhooks.url")} hint={t("webhooks.url_hint")} type="url" value={of.url} wrong={about("url")} onInput={(url) => draft.set({ url })} required />
          <Choices label={t("webhooks.topics")} value={of.topics} onInput={(next) => draft.set({ topics: next })} among={topics()} />
          {about("topics") && <p class="wrong">{about("topics")}</p>}
          <Choice label={t("members.clearance")} value={of.clearance} wrong={about("clearance")} among={CLASSIFICATIONS} onInput={(clearance) => draft.set({ clearance })} hint={t("webhooks.clearance_hint")} />
          {known && (
            <label class="row">
              <input type="checkbox" checked={of.paused} onChange={(event) => draft.set({ paused: event.currentTarget.checked })} />
              {t("webhooks.pause")}
            </label>
          )}
        </>
      )}
    </Form>
  );
}
