// Influence strategies: by which lever a stakeholder should change, and which outcomes of plans take that up.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { read, write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { InfluenceStrategy, ListedStrategy, ListInfluenceStrategiesResponse, Stakeholder } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Choice, TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Reading, Trouble } from "../parts/notice";
import { Tabs, useParameter } from "../parts/page";
import { Classification, State } from "../parts/status";
import { Table } from "../parts/table";
import { useWrite } from "../parts/write";
import { below, mayWrite, page } from "../session";
import { CLASSIFICATIONS, DIMENSIONS, LEVERS, STRATEGY_STATES } from "../words";

const ANALYSTS = ["contributor", "focal_point", "coordinator", "adviser"];
const TONES: Record<string, string> = { planned: "on_track", in_draft: "at_risk", not_planned: "no_data" };
const PAGE_SIZE = 100;

function changed(): void {
  expire(below("influence-strategies"));
}

/** Whether a plan does something about it: colour, shape and word. */
function TakeUp({ of }: { of: ListedStrategy }) {
  if (of.strategy?.state === "withdrawn") return <State of="withdrawn" />;
  return (
    <span class={`status ${TONES[of.take_up] ?? "no_data"}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        {of.take_up === "planned" ? <circle cx="6" cy="6" r="4.5" fill="currentColor" /> : of.take_up === "in_draft" ? <path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" stroke="currentColor" /> : <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 1.5" />}
      </svg>
      {word(of.take_up)}
    </span>
  );
}

function Outcomes({ of }: { of: ListedStrategy }) {
  return (
    <>
      {of.outcomes.map((one) => (
        <span key={`${one.plan_id}${one.item_id}`} class="block-line">
          <Link href={page(`plan/${one.plan_id}`)}>{one.number} {say(one.statement)}</Link>
          {one.plan_state !== "active" && <span class="soft small"> ({word(one.plan_state)})</span>}
        </span>
      ))}
    </>
  );
}

interface Props {
  open: (id: string, name: string) => void;
}

/** The list of all strategies of the mission. */
export function Strategies({ open }: Props) {
  const only = useParameter("take_up") === "not_planned";
  const query = `influence-strategies?page_size=${PAGE_SIZE}${only ? "&not_planned=true" : ""}`;
  const first = useGet<ListInfluenceStrategiesResponse>(below(query));
  return (
    <>
      <Tabs label={t("strategies.take_up")} parameter="take_up" views={[["all", t("strategies.all")], ["not_planned", word("not_planned")]]} />
      <p class="soft">{t("strategies.explain")}</p>
      <Reading of={first}>{first.data && <Listed key={query} first={first.data} query={query} only={only} open={open} />}</Reading>
    </>
  );
}

function Listed({ first, query, only, open }: { first: ListInfluenceStrategiesResponse; query: string; only: boolean } & Props) {
  const [more, setMore] = useState<ListInfluenceStrategiesResponse[]>([]);
  const reading = useWrite();
  const rows = [first, ...more].flatMap((one) => one.strategies);
  const cursor = (more.at(-1) ?? first).next_cursor;
  if (rows.length === 0) return <Empty>{t(only ? "strategies.none_open" : "strategies.none")}</Empty>;
  return (
    <>
      <Table
        caption={t("strategies.of")}
        rows={rows}
        keyOf={(one) => one.strategy?.id ?? ""}
        columns={[
          { head: t("stakeholders.one"), names: true, cell: ({ strategy }) => strategy && <button type="button" class="number-link" onClick={() => open(strategy.stakeholder_id, strategy.stakeholder_name)}>{strategy.stakeholder_name}</button> },
          { head: t("strategies.aim"), wide: true, cell: ({ strategy }) => strategy && <><button type="button" class="number-link" onClick={() => openDrawer(strategy.stakeholder_name, () => <OneStrategy of={strategy} />)}>{say(strategy.aim)}</button><br /><span class="soft small">{strategy.owner_section}</span></> },
          { head: t("strategies.change"), cell: ({ strategy }) => strategy && <>{word(strategy.dimension)}<br /><span class="soft small">{word(strategy.lever)}</span></> },
          { head: t("strategies.take_up"), cell: (one) => <TakeUp of={one} /> },
          { head: t("strategies.outcomes"), wide: true, cell: (one) => <Outcomes of={one} /> },
        ]}
      />
      {cursor && <button type="button" class="button" disabled={reading.busy} onClick={() => void reading.run(async () => { const next = await read<ListInfluenceStrategiesResponse>(below(`${query}&cursor=${encodeURIComponent(cursor)}`)); setMore([...more, next]); })}>{t("action.more")}</button>}
      <Trouble problem={reading.problem} />
    </>
  );
}

/** The section of a stakeholder's drawer. */
export function StrategiesOf({ of }: { of: Stakeholder }) {
  const found = useGet<ListInfluenceStrategiesResponse>(below(`influence-strategies?stakeholder_id=${of.id}&page_size=${PAGE_SIZE}`));
  const may = mayWrite(...ANALYSTS);
  return (
    <>
      <h3>{t("strategies.of")}</h3>
      <Reading of={found}>
        {found.data?.strategies.length === 0 && <p class="soft">{t("strategies.none_here")}</p>}
        <ul class="list">
          {found.data?.strategies.map((one) => one.strategy && (
            <li key={one.strategy.id}>
              <span>
                <b>{say(one.strategy.aim)}</b><br />
                <span class="soft small">{word(one.strategy.dimension)} · {word(one.strategy.lever)} · {one.strategy.owner_section}</span><br />
                <Outcomes of={one} />
                {may && (
                  <details>
                    <summary>{t("action.edit")}</summary>
                    <StrategyForm key={one.strategy.version} stakeholder={of.id} strategy={one.strategy} />
                  </details>
                )}
              </span>
              <TakeUp of={one} />
            </li>
          ))}
        </ul>
      </Reading>
      {may && (
        <details>
          <summary>{t("strategies.record")}</summary>
          <StrategyForm stakeholder={of.id} />
        </details>
      )}
    </>
  );
}

function OneStrategy({ of }: { of: InfluenceStrategy }) {
  return (
    <>
      <p class="row"><State of={of.state} /><Classification of={of.classification} /></p>
      <p>{say(of.aim)}</p>
      <dl class="facts">
        <div><dt>{t("strategies.change")}</dt><dd>{word(of.dimension)}</dd></div>
        <div><dt>{t("strategies.lever")}</dt><dd>{word(of.lever)}</dd></div>
        <div><dt>{t("strategies.owner")}</dt><dd>{of.owner_section}</dd></div>
      </dl>
      {say(of.risks) && <><h3>{t("strategies.risks")}</h3><p>{say(of.risks)}</p></>}
      {mayWrite(...ANALYSTS) && (
        <details>
          <summary>{t("action.edit")}</summary>
          <StrategyForm stakeholder={of.stakeholder_id} strategy={of} />
        </details>
      )}
    </>
  );
}

const BLANK = { en: "", fr: "" };
const editable = (of: InfluenceStrategy) => ({ dimension: of.dimension, aim: of.aim ?? BLANK, lever: of.lever, owner_section: of.owner_section, risks: of.risks ?? BLANK, classification: of.classification, state: of.state });

function StrategyForm({ stakeholder, strategy }: { stakeholder: string; strategy?: InfluenceStrategy }) {
  const base = strategy ? editable(strategy) : { dimension: "behaviour", aim: BLANK, lever: "good_offices", owner_section: "", risks: BLANK, classification: "", state: "current" };
  const draft = useDraft(strategy ? `strategy.${strategy.id}` : `strategy.of.${stakeholder}`, base, strategy?.version);
  const now = draft.value;
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? editable(current as InfluenceStrategy) : undefined)}
      submit={strategy ? t("action.save") : t("strategies.record")}
      send={async ({ state, ...value }, version) => {
        if (strategy) await write("PUT", below(`influence-strategies/${strategy.id}`), { ...value, state }, { version: version ?? strategy.version });
        else await write("POST", below("influence-strategies"), { ...value, stakeholder_id: stakeholder });
        changed();
      }}
    >
      {(about) => (
        <>
          <div class="pair">
            <Choice label={t("strategies.change")} value={now.dimension} among={DIMENSIONS} wrong={about("dimension")} onInput={(dimension) => draft.set({ dimension })} />
            <Choice label={t("strategies.lever")} value={now.lever} among={LEVERS} wrong={about("lever")} onInput={(lever) => draft.set({ lever })} />
          </div>
          <TextPair label={t("strategies.aim")} value={now.aim} wrong={about("aim")} onInput={(aim) => draft.set({ aim })} />
          <TextField label={t("strategies.owner")} value={now.owner_section} wrong={about("owner_section")} required onInput={(owner_section) => draft.set({ owner_section })} />
          <TextPair label={t("strategies.risks")} long value={now.risks} wrong={about("risks")} onInput={(risks) => draft.set({ risks })} />
          <Choice label={t("classification.label")} value={now.classification} among={CLASSIFICATIONS} {...(strategy ? {} : { none: t("strategies.like_stakeholder") })} wrong={about("classification")} onInput={(classification) => draft.set({ classification })} />
          {strategy && <Choice label={t("field.state")} value={now.state} among={STRATEGY_STATES} wrong={about("state")} onInput={(state) => draft.set({ state })} />}
        </>
      )}
    </Form>
  );
}
