// Targets as a grid that behaves like a spreadsheet: periods across, areas or slices down; a block is pasted as one.
import { useMemo, useState } from "preact/hooks";
import { useGet } from "../api/store";
import type { Indicator, ListAreasResponse, Target } from "../api/types";
import { Grid, type Spot } from "../entry/grid";
import type { Line } from "../entry/model";
import { targetSheet } from "../entry/targets";
import { say, t } from "../i18n";
import { period as periodText, slice as sliceText } from "../i18n/format";
import { containing, dayAfter, firstDay, type Frequency, frequencyOf } from "../i18n/periods";
import { Choice, TextField } from "../parts/field";
import { Notice, Reading } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { below, mission } from "../session";
import { FREQUENCIES } from "../words";

/** Periods beside each other, from the one before now. */
const PERIODS = 8;
const DAY_MS = 86_400_000;

/** The periods of the grid: from the one before now on, and those that have a target. */
export function targetPeriods(frequency: Frequency, targets: readonly Pick<Target, "period">[], now: Date, fiscalStart: number): string[] {
  const current = containing(now, frequency, fiscalStart);
  let at = containing(new Date(firstDay(current, fiscalStart).getTime() - DAY_MS), frequency, fiscalStart);
  const periods = new Set<string>();
  while (periods.size < PERIODS) {
    periods.add(at);
    at = containing(dayAfter(at, fiscalStart), frequency, fiscalStart);
  }
  for (const one of targets) if (frequencyOf(one.period) === frequency) periods.add(one.period);
  return [...periods].sort((one, other) => firstDay(one, fiscalStart).getTime() - firstDay(other, fiscalStart).getTime());
}

/** The grid, with what it stretches over. */
export function TargetGrid({ indicator, targets }: { indicator: Indicator; targets: readonly Target[] }) {
  const areas = useGet<ListAreasResponse>(below("areas"));
  const set = useSetParameter();
  const frequency = (useParameter("every") || "fiscal_year") as Frequency;
  const down = useParameter("down") || "area";
  const area = useParameter("target_area");
  const slices = indicator.disaggregations.flatMap((own) => own.categories.map((category) => `${own.dimension}=${category}`));
  const places = (areas.data?.areas ?? []).map((one) => [one.code, say(one.name)] as const);
  return (
    <Reading of={areas}>
      <div class="stack">
        <div class="narrow-choices">
          <Choice label={t("target.every")} value={frequency} among={FREQUENCIES} onInput={(value) => set("every", value)} />
          <Choice label={t("target.down")} value={down} among={[["area", t("spine.areas")], ["slice", t("target.slices")]]} onInput={(value) => set("down", value)} />
          {down === "slice" && <Choice label={t("field.area")} none={t("area.whole")} value={area} among={places} onInput={(value) => set("target_area", value)} />}
        </div>
        <Sheet key={`${frequency} ${down} ${area}`} viewKey={`${frequency} ${down} ${area}`} indicator={indicator} targets={targets} frequency={frequency} rows={down === "slice"
          ? ["", ...slices].map((own) => ({ key: own || "total", head: sliceText(own), place: { area, slice: own } }))
          : [["", t("area.whole")] as const, ...places].map(([code, name]) => ({ key: code || "whole", head: name, place: { area: code, slice: "" } }))} />
      </div>
    </Reading>
  );
}

function Sheet({ viewKey, indicator, targets, frequency, rows }: { viewKey: string; indicator: Indicator; targets: readonly Target[]; frequency: Frequency; rows: Line[] }) {
  const start = mission.value?.fiscal_year_start_month ?? 7;
  const [spot, setSpot] = useState<Spot>({ row: 0, column: 0, toRow: 0, toColumn: 0 });
  const [reason, setReason] = useState("");
  const sheet = useMemo(() => {
    const columns = targetPeriods(frequency, targets, new Date(), start).map((one) => ({ key: one, head: periodText(one), place: { period: one } }));
    return targetSheet(indicator, viewKey, rows, columns, start);
  }, []);
  const read = useMemo(() => {
    sheet.read(targets);
    return targets;
  }, [targets]);
  sheet.reason = reason;
  const revision = sheet.revision.value;
  return (
    <>
      <TextField label={t("target.why")} hint={t("target.why_hint")} value={reason} onInput={setReason} />
      {sheet.open > 0 && (
        <Notice tone={sheet.wrongs.length > 0 ? "careful" : "info"} action={sheet.wrongs.length > 0 && <button type="button" class="button" onClick={() => sheet.again()}>{t("action.again")}</button>}>
          {t("target.open", { count: sheet.open })}
          {sheet.wrongs.map((wrong) => <p key={wrong}>{wrong}</p>)}
        </Notice>
      )}
      <Grid sheet={sheet} label={`${t("indicator.targets")}, ${indicator.code}`} readOnly={false} spot={spot} onSpot={setSpot} revision={revision} read={read} />
      <p class="small soft">{t("target.grid_hint")}</p>
    </>
  );
}
