// Validation rules: listed by indicator, made and revised in the drawer, tried on the past before they are switched on.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { Indicator, ListIndicatorsResponse, ListValidationRulesResponse, TestValidationRuleResponse, Text, ValidationRule } from "../api/types";
import { say, t, word } from "../i18n";
import { number, percent, period, slice } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, NumberField, numberOf, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Notice, Reading, Trouble } from "../parts/notice";
import { PageHead, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { useWrite } from "../parts/write";
import { seenOf } from "../offline/change";
import { shown } from "../entry/typed";
import { below, mayWrite } from "../session";
import { COMPARISONS, RULE_DIRECTIONS, RULE_SEVERITIES } from "../words";

const KINDS = ["range", "integer", "monotone", "slices_sum", "ratio_at_most_one", "change", "cross_indicator"] as const;

function kindWord(kind: string): string {
  return word(kind === "change" ? "rule_change" : kind);
}

/** The screen. */
export default function Rules() {
  const indicator = useParameter("indicator");
  const rules = useGet<ListValidationRulesResponse>(below(`validation-rules${indicator ? `?indicator=${encodeURIComponent(indicator)}` : ""}`));
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const may = mayWrite("coordinator");
  const all = indicators.data?.indicators ?? [];
  const edit = (of: ValidationRule | null) => openDrawer(of ? t("rules.edit") : t("rules.new"), () => <RuleForm key={of?.id} of={of} indicators={all} indicator={indicator} />);
  const name = (code: string) => say(all.find((one) => one.code === code)?.name) || code;
  return (
    <>
      <PageHead title={t("rules.title")} sub={indicator && <span>{name(indicator)}</span>}>
        {may && <button type="button" class="button primary" onClick={() => edit(null)}>{t("rules.new")}</button>}
      </PageHead>
      <Reading of={rules}>
        {rules.data?.rules.length === 0 ? (
          <Empty>{t("rules.none")}</Empty>
        ) : (
          <Table
            caption={t("rules.title")}
            rows={[...(rules.data?.rules ?? [])].sort((one, other) => one.indicator_code.localeCompare(other.indicator_code))}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.indicator"), names: true, wide: true, cell: (one) => <><code>{one.indicator_code}</code> {name(one.indicator_code)}</> },
              { head: t("rules.kind"), cell: (one) => kindWord(one.kind) },
              { head: t("rules.asks"), cell: (one) => askedBy(one) },
              { head: t("rules.severity"), cell: (one) => word(one.severity) },
              { head: t("field.state"), cell: (one) => <span class={`status ${one.active ? "on_track" : "no_data"}`}>{one.active ? `● ${t("rules.on")}` : `○ ${t("rules.off")}`}</span> },
              { head: t("rules.says"), cell: (one) => say(one.message) },
              ...(may ? [{ head: <span class="unseen">{t("rules.edit")}</span>, cell: (one: ValidationRule) => <button type="button" class="button quiet" aria-label={`${t("rules.edit")}: ${one.indicator_code}, ${kindWord(one.kind)}`} onClick={() => edit(one)}>{t("rules.edit")}</button> }] : []),
            ]}
          />
        )}
      </Reading>
    </>
  );
}

/** What a rule asks for, in few signs. */
export function askedBy(of: ValidationRule): string {
  switch (of.kind) {
    case "range":
      return [of.least !== null && `≥ ${number(of.least, 6)}`, of.most !== null && `≤ ${number(of.most, 6)}`].filter(Boolean).join(", ");
    case "monotone":
      return word(of.direction);
    case "slices_sum":
      return of.tolerance ? `± ${percent(of.tolerance, 1)}` : "=";
    case "change":
      return [of.share !== null && `± ${percent(of.share, 1)}`, of.absolute !== null && `± ${number(of.absolute, 6)}`].filter(Boolean).join(", ");
    case "cross_indicator":
      return `${word(of.comparison)} ${of.factor !== null && of.factor !== 1 ? `${number(of.factor, 6)} × ` : ""}${of.other_indicator_code}`;
    default:
      return "";
  }
}

interface Typed {
  indicator_code: string;
  kind: string;
  severity: string;
  least: string;
  most: string;
  direction: string;
  tolerance: string;
  share: string;
  absolute: string;
  comparison: string;
  other_indicator_code: string;
  factor: string;
  message: Text;
  active: boolean;
}

function typedOf(of: ValidationRule | null, indicator: string): Typed {
  const text = (value: number | null | undefined) => (value === null || value === undefined ? "" : String(value));
  return {
    indicator_code: of?.indicator_code ?? indicator, kind: of?.kind ?? "range", severity: of?.severity ?? "warning", least: text(of?.least), most: text(of?.most), direction: of?.direction || "up", tolerance: text(of?.tolerance),
    share: text(of?.share), absolute: text(of?.absolute), comparison: of?.comparison || "at_most", other_indicator_code: of?.other_indicator_code ?? "", factor: text(of?.factor), message: of?.message ?? { en: "", fr: "" }, active: of?.active ?? false,
  };
}

/** Only what its kind asks for travels. */
function ruleOf(typed: Typed, of: ValidationRule | null) {
  const only = (kind: string, value: string) => (typed.kind === kind ? numberOf(value) : null);
  return {
    id: of?.id ?? "", indicator_code: typed.indicator_code, kind: typed.kind, severity: typed.severity, message: typed.message, active: typed.active,
    least: only("range", typed.least), most: only("range", typed.most), tolerance: only("slices_sum", typed.tolerance), share: only("change", typed.share), absolute: only("change", typed.absolute), factor: only("cross_indicator", typed.factor),
    direction: typed.kind === "monotone" ? typed.direction : "", comparison: typed.kind === "cross_indicator" ? typed.comparison : "", other_indicator_code: typed.kind === "cross_indicator" ? typed.other_indicator_code : "",
  };
}

function RuleForm({ of, indicators, indicator }: { of: ValidationRule | null; indicators: readonly Indicator[]; indicator: string }) {
  const draft = useDraft<Typed>(`rule.${of?.id ?? "new"}`, typedOf(of, indicator), of?.version);
  const now = draft.value;
  const choices = indicators.filter((one) => one.kind !== "qualitative").map((one) => [one.code, `${one.code} · ${say(one.name)}`] as const);
  return (
    <div class="stack">
      <Form
        draft={draft}
        submit={t("rules.save")}
        theirs={(current) => typedOf(current as ValidationRule, indicator)}
        send={async (value, version) => {
          await write<ValidationRule>("PUT", below("validation-rules"), { rule: ruleOf(value, of) }, of ? { version: version ?? of.version } : {});
          expire(below("validation-rules"), below("entry-cells"));
        }}
        onDone={closeDrawer}
      >
        {(about) => (
          <>
            {of ? <p><code>{of.indicator_code}</code> {kindWord(of.kind)}</p> : (
              <>
                <Choice label={t("field.indicator")} none="–" required value={now.indicator_code} wrong={about("indicator_code")} among={choices} onInput={(indicator_code) => draft.set({ indicator_code })} />
                <Choice label={t("rules.kind")} value={now.kind} wrong={about("kind")} among={KINDS.map((one) => [one, kindWord(one)] as const)} onInput={(kind) => draft.set({ kind })} />
              </>
            )}
            <div class="pair">
              {now.kind === "range" && <NumberField label={t("rules.least")} value={now.least} wrong={about("least")} onInput={(least) => draft.set({ least })} />}
              {now.kind === "range" && <NumberField label={t("rules.most")} value={now.most} wrong={about("most")} onInput={(most) => draft.set({ most })} />}
              {now.kind === "monotone" && <Choice label={t("rules.direction")} value={now.direction} wrong={about("direction")} among={RULE_DIRECTIONS} onInput={(direction) => draft.set({ direction })} />}
              {now.kind === "slices_sum" && <NumberField label={t("rules.tolerance")} value={now.tolerance} wrong={about("tolerance")} onInput={(tolerance) => draft.set({ tolerance })} />}
              {now.kind === "change" && <NumberField label={t("rules.share")} value={now.share} wrong={about("share")} onInput={(share) => draft.set({ share })} />}
              {now.kind === "change" && <NumberField label={t("rules.absolute")} value={now.absolute} wrong={about("absolute")} onInput={(absolute) => draft.set({ absolute })} />}
              {now.kind === "cross_indicator" && <Choice label={t("rules.comparison")} value={now.comparison} wrong={about("comparison")} among={COMPARISONS} onInput={(comparison) => draft.set({ comparison })} />}
              {now.kind === "cross_indicator" && <NumberField label={t("rules.factor")} value={now.factor} wrong={about("factor")} onInput={(factor) => draft.set({ factor })} />}
              {now.kind === "cross_indicator" && <Choice label={t("rules.other")} none="–" value={now.other_indicator_code} wrong={about("other_indicator_code")} among={choices} onInput={(other_indicator_code) => draft.set({ other_indicator_code })} />}
              <Choice label={t("rules.severity")} value={now.severity} wrong={about("severity")} among={RULE_SEVERITIES.map((one) => [one, t(`rules.severity_${one}`)] as const)} onInput={(severity) => draft.set({ severity })} />
            </div>
            <TextPair label={t("rules.message")} value={now.message} wrong={about("message")} onInput={(message) => draft.set({ message })} />
            <label class="row"><input type="checkbox" checked={now.active} onChange={(event) => draft.set({ active: event.currentTarget.checked })} />{t("rules.active")}</label>
          </>
        )}
      </Form>
      <Past rule={ruleOf(now, of)} />
    </div>
  );
}

/** What the rule would have said of the past. */
function Past({ rule }: { rule: ReturnType<typeof ruleOf> }) {
  const [found, setFound] = useState<TestValidationRuleResponse | null>(null);
  const testing = useWrite();
  return (
    <section class="stack tight">
      <div><button type="button" class="button" disabled={testing.busy || !rule.indicator_code} onClick={() => void testing.run(async (key) => setFound(await write<TestValidationRuleResponse>("POST", below("validation-rules/test"), { rule }, { key })))}>{t("rules.test")}</button></div>
      <Trouble problem={testing.problem} />
      {found && <Notice tone={found.broken ? "careful" : "good"}>{t("rules.tested", { broken: found.broken, checked: found.checked })}</Notice>}
      {found && found.first.length > 0 && (
        <Table
          caption={t("rules.broken")}
          rows={found.first.flatMap((one) => (one.cell ? [{ cell: one.cell, message: one.message }] : []))}
          keyOf={(one) => one.cell.id}
          columns={[
            { head: t("field.period"), names: true, cell: (one) => period(one.cell.period) },
            { head: t("field.area"), cell: (one) => one.cell.area || t("area.whole") },
            { head: t("field.slice"), cell: (one) => slice(one.cell.slice) },
            { head: t("field.value"), numeric: true, cell: (one) => shown(seenOf(one.cell).said) },
            { head: t("rules.says"), wide: true, cell: (one) => say(one.message) },
          ]}
        />
      )}
    </section>
  );
}
