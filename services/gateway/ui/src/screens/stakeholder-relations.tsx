// The relations of one stakeholder, in its drawer: who, since when, until when; add, correct, end.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListStakeholderRelationsResponse, Stakeholder, StakeholderGrid, StakeholderRelation } from "../api/types";
import { beside, t, word } from "../i18n";
import { date } from "../i18n/format";
import { today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { Choice, TextBeside, TextField } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Reading } from "../parts/notice";
import { below, mayWrite } from "../session";
import { RELATION_KINDS } from "../words";

const ANALYSTS = ["contributor", "focal_point", "coordinator", "adviser"];
const THREE = ["1", "2", "3"];

function changed(): void {
  expire(below("stakeholders"), below("stakeholder-network"));
}

/** The section of the drawer. */
export function RelationsOf({ of }: { of: Stakeholder }) {
  const found = useGet<ListStakeholderRelationsResponse>(below(`stakeholders/${of.id}/relations`));
  const may = mayWrite(...ANALYSTS);
  return (
    <>
      <h3>{t("network.relations")}</h3>
      <Reading of={found}>
        {found.data?.relations.length === 0 && <p class="soft">{t("relation.none")}</p>}
        <ul class="list">
          {found.data?.relations.map((one) => (
            <li key={one.id}>
              <span>
                {one.from_id === of.id ? <b>{one.from_name}</b> : one.from_name} {word(one.kind)} {one.to_id === of.id ? <b>{one.to_name}</b> : one.to_name}
                <br />
                <span class="soft small">{date(one.from)} – {one.until ? date(one.until) : t("network.still")} · {t("network.strength")} {one.strength}{beside(one, "note") && ` · ${beside(one, "note")}`}</span>
                {may && (
                  <>
                    {!one.until && <EndRelation of={one} />}
                    <details>
                      <summary>{t("relation.correct")}</summary>
                      <RelationForm key={one.version} of={of} relation={one} />
                    </details>
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      </Reading>
      {may && (
        <details>
          <summary>{t("relation.add")}</summary>
          <RelationForm of={of} />
        </details>
      )}
    </>
  );
}

function EndRelation({ of }: { of: StakeholderRelation }) {
  const [until, setUntil] = useState(today());
  return (
    <details>
      <summary>{t("relation.end")}</summary>
      <div class="row">
        <label class="row">{t("relation.ends_on")} <input class="control" type="date" value={until} onInput={(event) => setUntil(event.currentTarget.value)} /></label>
        <WriteButton label={t("relation.end")} work={() => write("POST", below(`stakeholder-relations/${of.id}/end`), { until }, { version: of.version })} onDone={changed} />
      </div>
    </details>
  );
}

const editable = (of: StakeholderRelation) => ({ other: "", direction: "outward", kind: of.kind, strength: String(of.strength), from: of.from, until: of.until, note: of.note, note_fr: of.note_fr });

function RelationForm({ of, relation }: { of: Stakeholder; relation?: StakeholderRelation }) {
  const base = relation ? editable(relation) : { other: "", direction: "outward", kind: "influences", strength: "2", from: today(), until: "", note: "", note_fr: "" };
  const draft = useDraft(relation ? `relation.${relation.id}` : `relation.of.${of.id}`, base, relation?.version);
  const now = draft.value;
  const grid = useGet<StakeholderGrid>(below("stakeholder-grid"));
  const others = [...(grid.data?.positions.map((one) => [one.stakeholder_id, one.name] as const) ?? []), ...(grid.data?.unassessed.map((one) => [one.id, one.name] as const) ?? [])];
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? editable(current as StakeholderRelation) : undefined)}
      submit={relation ? t("action.save") : t("relation.add")}
      send={async ({ other, direction, strength, ...rest }, version) => {
        const [from_id, to_id] = relation ? [relation.from_id, relation.to_id] : direction === "outward" ? [of.id, other] : [other, of.id];
        const body = { ...rest, from_id, to_id, strength: Number(strength), id: relation?.id ?? "" };
        await write("PUT", below("stakeholder-relations"), body, relation ? { version: version ?? relation.version } : {});
        changed();
      }}
    >
      {(about) => (
        <>
          {!relation && (
            <>
              <Choice label={t("relation.other")} value={now.other} none={t("relation.choose")} required wrong={about("to_id") ?? about("from_id")} among={others.filter(([id]) => id !== of.id).sort((one, other) => one[1].localeCompare(other[1]))} onInput={(other) => draft.set({ other })} />
              <Choice label={t("relation.direction")} value={now.direction} among={[["outward", t("relation.outward", { name: of.name })], ["inward", t("relation.inward", { name: of.name })]]} onInput={(direction) => draft.set({ direction })} />
            </>
          )}
          <div class="pair">
            <Choice label={t("field.kind")} value={now.kind} among={RELATION_KINDS} wrong={about("kind")} onInput={(kind) => draft.set({ kind })} />
            <Choice label={t("network.strength")} value={now.strength} among={THREE.map((one) => [one, one] as const)} onInput={(strength) => draft.set({ strength })} />
            <TextField label={t("network.since")} type="date" value={now.from} wrong={about("from")} required onInput={(from) => draft.set({ from })} />
            <TextField label={t("relation.last_day")} type="date" value={now.until} wrong={about("until")} onInput={(until) => draft.set({ until })} />
          </div>
          <TextBeside label={t("field.note")} name="note" of={now} about={about} onInput={draft.set} long />
        </>
      )}
    </Form>
  );
}
