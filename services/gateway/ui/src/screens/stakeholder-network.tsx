// The network of stakeholders on any date: a picture, who connects the two sides, and the same as tables.
import { useRef, useState } from "preact/hooks";
import { useLocation, useSearch } from "wouter-preact";
import { useGet } from "../api/store";
import type { NetworkStakeholder, StakeholderNetwork, StakeholderRelation } from "../api/types";
import { brokers, NetworkChart, StanceMark, stanceOf } from "../charts/network";
import { beside, t, word } from "../i18n";
import { date, number, percent } from "../i18n/format";
import { today } from "../i18n/periods";
import { Empty, Reading } from "../parts/notice";
import { Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below } from "../session";

const BROKERS_LISTED = 10;

interface Props {
  open: (id: string, name: string) => void;
}

/** The network view. */
export function Network({ open }: Props) {
  const asOf = useParameter("as_of");
  const as = useParameter("as") || "picture";
  const network = useGet<StakeholderNetwork>(below(asOf ? `stakeholder-network?as_of=${asOf}` : "stakeholder-network"));
  // While another day is on its way the one before stays, and with it the focus on the slider.
  const before = useRef<StakeholderNetwork>();
  if (network.data) before.current = network.data;
  const data = network.data ?? before.current;
  return (
    <Reading of={{ ...network, data }}>
      {data && (
        <>
          <Slider network={data} asOf={asOf} />
          {data.stakeholders.length === 0 ? <Empty>{t("network.none")}</Empty> : (
            <>
              <Tabs label={t("network.title")} parameter="as" views={[["picture", t("network.picture")], ["people", t("network.people")], ["relations", t("network.relations")]]} />
              {as === "people" ? <People network={data} open={open} /> : as === "relations" ? <Relations of={data.relations} open={open} /> : (
                <section class="card">
                  <NetworkChart network={data} onOpen={open} />
                  <Legend />
                  <p class="soft small">{t("network.keys")}</p>
                </section>
              )}
              <Brokers network={data} open={open} />
              <p class="soft small">{t("network.facts", { communities: data.communities, modularity: number(data.modularity, 2), unconnected: data.unconnected })}</p>
            </>
          )}
        </>
      )}
    </Reading>
  );
}

/** Goes from one day of change to the next; the address keeps the day. */
function Slider({ network, asOf }: { network: StakeholderNetwork; asOf: string }) {
  const search = useSearch();
  const [, go] = useLocation();
  const [moving, setMoving] = useState<number | null>(null);
  const now = today();
  const days = [...network.changes.filter((day) => day < now), now];
  const chosen = asOf || now;
  const held = days.findLastIndex((day) => day <= chosen);
  const place = moving ?? Math.max(0, held);
  if (days.length < 2) return null;
  const to = (index: number) => {
    const next = new URLSearchParams(search);
    if (index === days.length - 1) next.delete("as_of");
    else next.set("as_of", days[index] ?? now);
    go(`${location.pathname}?${next}`, { replace: true });
    setMoving(null);
  };
  const shown = date(moving === null ? chosen : days[place]);
  return (
    <label class="slide">
      <span>{t("network.slide")}</span>
      <input type="range" min={0} max={days.length - 1} step={1} value={place} aria-valuetext={shown} onInput={(event) => setMoving(Number(event.currentTarget.value))} onChange={(event) => to(Number(event.currentTarget.value))} />
      <output>{shown}</output>
    </label>
  );
}

function Legend() {
  const mark = (stance: number | null) => (
    <li key={String(stance)}>
      <svg class="network" viewBox="-12 -12 24 24" aria-hidden="true"><StanceMark stance={stance} radius={7} /></svg>
      {stanceOf(stance)}
    </li>
  );
  const line = (kind: string, text: string) => (
    <li key={kind}>
      <svg class="network line" viewBox="0 0 32 12" aria-hidden="true"><g class={`tie ${kind} s2 near`}><line x1="1" y1="6" x2="31" y2="6" /></g></svg>
      {text}
    </li>
  );
  return (
    <>
      <ul class="legend">
        {[2, 1, 0, -1, -2, null].map(mark)}
        {line("commands", t("network.directed"))}
        {line("allied", t("network.mutual"))}
        {line("negotiates_with", word("negotiates_with"))}
        {line("rival", word("rival"))}
      </ul>
      <p class="soft small">{t("network.size")} {t("network.number")} {t("network.ring")}</p>
    </>
  );
}

function Brokers({ network, open }: { network: StakeholderNetwork } & Props) {
  const found = brokers(network, BROKERS_LISTED);
  return (
    <section class="card">
      <h2>{t("network.brokers")}</h2>
      {found.length === 0 ? <p class="soft">{t("network.no_brokers")}</p> : (
        <>
          <p class="soft">{t("network.brokers_explain", { pairs: network.connected_pairs })}</p>
          <ol class="list">
            {found.map((one) => (
              <li key={one.stakeholder_id}>
                <span><Named one={one} open={open} /> · {stanceOf(one.stance)}</span>
                <b>{percent(one.brokerage)}</b>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function Named({ one, open }: { one: NetworkStakeholder } & Props) {
  return <button type="button" class="number-link" onClick={() => open(one.stakeholder_id, one.name)}>{one.name}</button>;
}

function Stance({ of }: { of: number | null }) {
  return (
    <span class="one-line">
      <svg class="network inline" viewBox="-12 -12 24 24" aria-hidden="true"><StanceMark stance={of} radius={7} /></svg>
      {stanceOf(of)}
    </span>
  );
}

function People({ network, open }: { network: StakeholderNetwork } & Props) {
  const rows = [...network.stakeholders].sort((one, other) => other.brokerage - one.brokerage || other.betweenness - one.betweenness || one.name.localeCompare(other.name));
  return (
    <Table
      caption={t("network.title")}
      rows={rows}
      keyOf={(one) => one.stakeholder_id}
      columns={[
        { head: t("field.name"), names: true, cell: (one) => <Named one={one} open={open} /> },
        { head: t("field.kind"), cell: (one) => word(one.kind) },
        { head: t("stakeholders.stance"), cell: (one) => <Stance of={one.stance} /> },
        { head: t("stakeholders.influence"), numeric: true, cell: (one) => one.influence ?? "–" },
        { head: t("network.community"), numeric: true, cell: (one) => one.community },
        { head: t("network.brokerage"), numeric: true, cell: (one) => percent(one.brokerage) },
        { head: t("network.betweenness"), numeric: true, cell: (one) => percent(one.betweenness) },
      ]}
    />
  );
}

function Relations({ of, open }: { of: readonly StakeholderRelation[] } & Props) {
  const end = (id: string, name: string) => <button type="button" class="number-link" onClick={() => open(id, name)}>{name}</button>;
  return (
    <Table
      caption={t("network.relations")}
      rows={[...of].sort((one, other) => one.from_name.localeCompare(other.from_name) || one.to_name.localeCompare(other.to_name))}
      keyOf={(one) => one.id}
      columns={[
        { head: t("network.from"), names: true, cell: (one) => end(one.from_id, one.from_name) },
        { head: t("field.kind"), cell: (one) => word(one.kind) },
        { head: t("network.to"), cell: (one) => end(one.to_id, one.to_name) },
        { head: t("network.strength"), numeric: true, cell: (one) => one.strength },
        { head: t("network.since"), cell: (one) => date(one.from) },
        { head: t("network.until"), cell: (one) => (one.until ? date(one.until) : t("network.still")) },
        { head: t("field.note"), wide: true, cell: (one) => beside(one, "note") },
      ]}
    />
  );
}
