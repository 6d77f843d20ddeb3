// The reference sheet of an indicator, which prints on one page, and what changed in it from version to version.
import { below } from "../session";
import { useGet } from "../api/store";
import type { FieldChange, Indicator, ListIndicatorVersionsResponse, Target } from "../api/types";
import { say, t, word } from "../i18n";
import { date, number, period } from "../i18n/format";
import { Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { fieldValue, sheetField } from "../plan/fields";

/** Targets on a printed sheet; the screen of the targets has all of them. */
const TARGETS_MAX = 6;

/** True where nobody enters its values. */
export function isComputed(of: Indicator): boolean {
  return of.formula !== "" || of.event_measure !== null;
}

function counted(of: Indicator): string {
  const events = of.event_measure;
  if (!events) return "";
  return [word(`measure_${events.measure}`), [...events.kinds, ...events.sub_kinds].join(", ")].filter(Boolean).join(": ");
}

function aim(of: Target): string {
  const value = of.value !== null ? number(of.value) : `${of.low === null ? "…" : number(of.low)} – ${of.high === null ? "…" : number(of.high)}`;
  return `${period(of.period)}: ${value}`;
}

/** How the indicator is defined. */
export function IndicatorSheet({ of, targets }: { of: Indicator; targets: readonly Target[] }) {
  const whole = targets.filter((target) => !target.area && !target.slice).sort((one, other) => other.period.localeCompare(one.period));
  const rows: [string, string][] = [
    [t("field.kind"), word(of.kind)],
    [t("indicator.unit"), of.unit || "–"],
    [t("indicator.direction"), word(of.direction)],
    ...(of.formula ? [[t("indicator.formula"), of.formula] as [string, string]] : []),
    ...(of.event_measure ? [[t("indicator.events"), counted(of)] as [string, string]] : []),
    ...(of.formula ? [] : [[t("indicator.over_time"), word(of.over_time)], [t("indicator.over_areas"), word(of.over_areas)]] as [string, string][]),
    [t("indicator.frequency"), word(of.frequency)],
    [t("indicator.disaggregations"), of.disaggregations.map((one) => `${one.dimension}: ${one.categories.join(", ")}`).join("; ") || "–"],
    [t("indicator.baseline"), of.baseline_value === null ? t("figure.missing") : `${number(of.baseline_value)} (${period(of.baseline_period)})`],
    [t("indicator.targets"), whole.slice(0, TARGETS_MAX).map(aim).join("; ") || "–"],
    [t("field.source"), say(of.source) || "–"],
    [t("indicator.method"), say(of.method) || "–"],
    [t("indicator.verification"), say(of.verification) || "–"],
    [t("indicator.owner"), of.owner_section || "–"],
    [t("classification.label"), word(of.classification)],
    ...(of.library_code ? [[t("spine.library"), `${of.library_code} · ${of.library_version}`] as [string, string]] : []),
    [t("indicator.version_of"), [String(of.definition_version), of.recorded_at && date(of.recorded_at)].filter(Boolean).join(" · ")],
  ];
  return (
    <div class="stack">
      <div class="row noprint">
        <button type="button" class="button" onClick={() => globalThis.print()}>{t("indicator.print")}</button>
      </div>
      <Table className="reference" caption={t("indicator.sheet")} rows={rows} keyOf={([label]) => label} columns={[{ head: t("indicator.property"), names: true, cell: ([label]) => label }, { head: t("field.value"), wide: true, cell: ([, value]) => value }]} />
    </div>
  );
}

/** One changed field of a definition. */
export function shownChange(change: FieldChange) {
  return <div key={change.field}>{sheetField(change.field)}: <del>{fieldValue(change, change.before)}</del> → <ins>{fieldValue(change, change.after)}</ins></div>;
}

/** The versions of the definition, the newest first. */
export function IndicatorVersions({ of }: { of: Indicator }) {
  const versions = useGet<ListIndicatorVersionsResponse>(below(`indicators/${of.id}/versions`));
  return (
    <Reading of={versions}>
      <Table
        caption={t("indicator.versions")}
        rows={versions.data?.versions ?? []}
        keyOf={(one) => String(one.definition_version)}
        columns={[
          { head: t("indicator.version_of"), names: true, cell: (one) => String(one.definition_version) },
          { head: t("field.date"), cell: (one) => date(one.recorded_at) },
          { head: t("indicator.revised_by"), cell: (one) => one.recorded_by },
          { head: t("plan.fields"), wide: true, cell: (one) => (one.changes.length === 0 ? <span class="soft">{t(one.definition_version === 1 ? "indicator.first_version" : "indicator.same_definition")}</span> : one.changes.map(shownChange)) },
        ]}
      />
    </Reading>
  );
}
