// Targets of an indicator; changing one after its period opened needs a reason.
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Indicator, ListTargetsResponse, Target } from "../api/types";
import { t } from "../i18n";
import { number, period, slice } from "../i18n/format";
import { containing, firstDay, frequencyOf, today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { NumberField, numberOf, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { Tabs, useParameter } from "../parts/page";
import { below, mayWrite, mission } from "../session";
import { TargetGrid } from "./indicator-target-grid";

type Read = ReturnType<typeof useGet<ListTargetsResponse>>;

/** The targets of an indicator. */
export function Targets({ indicator, targets }: { indicator: Indicator; targets: Read }) {
  const editable = mayWrite("coordinator") && indicator.state !== "retired";
  const open = (target?: Target) => openDrawer(t("target.set"), () => <TargetForm indicator={indicator} target={target} />);
  const rows = [...(targets.data?.targets ?? [])].sort((one, other) => other.period.localeCompare(one.period));
  const add = editable && <button type="button" class="button" onClick={() => open()}>{t("target.set")}</button>;
  const asGrid = useParameter("as") === "grid" && editable;
  return (
    <Reading of={targets}>
      {editable && <Tabs label={t("indicator.targets")} parameter="as" views={[["table", t("target.table")], ["grid", t("target.grid")]]} />}
      {asGrid ? <TargetGrid indicator={indicator} targets={targets.data?.targets ?? []} /> : rows.length === 0 ? (
        <Empty action={add}>{t("target.none")}</Empty>
      ) : (
        <div class="stack">
          <div>{add}</div>
          <Table
            caption={t("indicator.targets")}
            rows={rows}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.period"), names: true, cell: (one) => period(one.period) },
              { head: t("field.area"), cell: (one) => one.area || t("area.whole") },
              { head: t("field.slice"), cell: (one) => slice(one.slice) },
              { head: `${t("target.value")} (${indicator.unit})`, numeric: true, cell: (one) => (one.value !== null ? number(one.value) : `${number(one.low ?? 0)} – ${number(one.high ?? 0)}`) },
              { head: t("field.reason"), cell: (one) => one.reason },
              ...(editable ? [{ head: <span class="unseen">{t("field.actions")}</span>, cell: (one: Target) => <button type="button" class="button open" onClick={() => open(one)}>{t("action.edit")}</button> }] : []),
            ]}
          />
        </div>
      )}
    </Reading>
  );
}

function TargetForm({ indicator, target }: { indicator: Indicator; target: Target | undefined }) {
  const shown = (value: number | null | undefined) => (value === null || value === undefined ? "" : String(value));
  const fiscalStart = mission.value?.fiscal_year_start_month ?? 7;
  const draft = useDraft(`target.${indicator.id}.${target?.id ?? "new"}`, {
    period: target?.period ?? containing(new Date(), "fiscal_year", fiscalStart),
    area: target?.area ?? "",
    slice: target?.slice ?? "",
    value: shown(target?.value),
    low: shown(target?.low),
    high: shown(target?.high),
    reason: "",
  }, target?.version);
  const of = draft.value;
  const opened = frequencyOf(of.period) !== null && firstDay(of.period, fiscalStart) <= new Date(`${today()}T00:00:00Z`);
  const range = indicator.direction === "in_range";
  return (
    <Form
      draft={draft}
      submit={t("target.set")}
      onDone={closeDrawer}
      send={async (value, version) => {
        await write("PUT", below("targets"), {
          target: { id: target?.id ?? "", indicator_id: indicator.id, period: value.period, area: value.area, slice: value.slice, value: range ? null : numberOf(value.value), low: range ? numberOf(value.low) : null, high: range ? numberOf(value.high) : null, reason: value.reason, version: version ?? target?.version ?? 0 },
        });
        expire(below("targets"), below("indicator-pages"));
      }}
    >
      {(about) => (
        <>
          <TextField label={t("field.period")} hint={t("field.period_hint")} value={of.period} wrong={about("period")} onInput={(next) => draft.set({ period: next })} required />
          <div class="pair">
            <TextField label={t("field.area")} hint={t("field.area_hint")} value={of.area} wrong={about("area")} onInput={(area) => draft.set({ area })} />
            <TextField label={t("field.slice")} hint={t("field.slice_hint")} value={of.slice} wrong={about("slice")} onInput={(next) => draft.set({ slice: next })} />
          </div>
          {range ? (
            <div class="pair">
              <NumberField label={t("target.low")} value={of.low} wrong={about("low")} onInput={(low) => draft.set({ low })} required />
              <NumberField label={t("target.high")} value={of.high} wrong={about("high")} onInput={(high) => draft.set({ high })} required />
            </div>
          ) : (
            <NumberField label={`${t("target.value")} (${indicator.unit})`} value={of.value} wrong={about("value")} onInput={(value) => draft.set({ value })} required />
          )}
          {(target || opened) && <TextField label={t("field.reason")} hint={t("target.reason_hint")} value={of.reason} wrong={about("reason")} onInput={(reason) => draft.set({ reason })} required={Boolean(target) && opened} />}
        </>
      )}
    </Form>
  );
}
