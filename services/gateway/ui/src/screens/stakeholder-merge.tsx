// Two records that are one stakeholder: merged here, and taken apart again.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useAll } from "../api/store";
import type { GetStakeholderResponse, ListStakeholdersResponse, Stakeholder } from "../api/types";
import { t, word } from "../i18n";
import { openDrawer } from "../parts/drawer";
import { Choice } from "../parts/field";
import { WriteButton } from "../parts/form";
import { Notice } from "../parts/notice";
import { below, mayWrite } from "../session";
import { OneStakeholder } from "./stakeholder";

function changed(): void {
  expire(below("stakeholders"), below("stakeholder-grid"), below("stakeholder-network"), below("influence-strategies"));
}

/** True for who keeps the register in order. */
export function mayMerge(): boolean {
  return mayWrite("coordinator", "adviser");
}

/** Says which other record is this stakeholder too. */
export function MergeForm({ of }: { of: Stakeholder }) {
  const list = useAll<ListStakeholdersResponse>(below("stakeholders?page_size=200"));
  const [other, setOther] = useState("");
  const isPerson = (one: Stakeholder) => one.kind === "individual";
  const others = (list.data?.stakeholders ?? []).filter((one) => one.id !== of.id && isPerson(one) === isPerson(of));
  const chosen = others.find((one) => one.id === other);
  return (
    <div class="stack tight">
      <p class="soft">{t("merge.explain", { name: of.name })}</p>
      <Choice label={t("merge.other")} value={other} none={t("merge.choose")} among={others.map((one) => [one.id, `${one.name} (${word(one.kind)})`] as const)} onInput={setOther} />
      {chosen && (
        <div class="row">
          <WriteButton
            primary
            label={t("merge.do")}
            sure={t("merge.sure", { gone: chosen.name, kept: of.name })}
            work={() => write<Stakeholder>("POST", below(`stakeholders/${of.id}/merge`), { other_id: chosen.id, other_version: chosen.version }, { version: of.version })}
            onDone={() => {
              setOther("");
              changed();
            }}
          />
        </div>
      )}
    </div>
  );
}

/** The records that it stands for, each of which can stand by itself again. */
export function MergedInto({ found }: { found: GetStakeholderResponse }) {
  if (found.merged.length === 0) return null;
  return (
    <section class="stack tight">
      <h3>{t("merge.records")}</h3>
      <ul class="list">
        {found.merged.map((one) => (
          <li key={one.id}>
            <span>{[one.name, ...one.aliases].join(", ")}</span>
            {mayMerge() && <UndoButton of={one} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function UndoButton({ of }: { of: Stakeholder }) {
  return <WriteButton label={t("merge.undo")} work={() => write<Stakeholder>("POST", below(`stakeholders/${of.id}/undo-merge`), {}, { version: of.version })} onDone={changed} />;
}

/** Of a record that was merged: which one stands for it. */
export function StandsFor({ of }: { of: Stakeholder }) {
  return (
    <Notice action={<button type="button" class="button" onClick={() => openDrawer(t("stakeholders.one"), () => <OneStakeholder id={of.merged_into} />)}>{t("merge.open")}</button>}>
      {t("merge.gone", { name: of.name })}
    </Notice>
  );
}
