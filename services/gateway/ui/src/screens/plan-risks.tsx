// What the plan rests on and what may go wrong: assumptions and risks, and the tripwires that watch them.
import { write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { ListAreasResponse, ListIndicatorsResponse, ListRisksResponse, Plan, Risk, Tripwire, TripwireReading } from "../api/types";
import { say, t, word } from "../i18n";
import { instant, number, period } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, NumberField, numberOf, TextArea, TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { Classification, State } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite } from "../session";
import { COMPARISONS_OF_TRIPWIRES, RISK_STATUSES } from "../words";

const TONES: Record<string, string> = { tripped: "off_track", clear: "on_track", cannot_tell: "no_data" };
const FOLLOWERS = ["coordinator", "component_head", "focal_point"];

function risksPath(plan: string): string {
  return below(`plans/${plan}/risks`);
}

/** Likelihood times impact; 0 where an assumption is not weighed. */
function weight(risk: Risk): number {
  return risk.likelihood * risk.impact;
}

/** What a tripwire says: colour, shape and word; and why where it cannot tell. */
function Says({ of, reading }: { of: Tripwire | null; reading: TripwireReading | null }) {
  if (!of) return <>–</>;
  const state = reading?.state ?? "cannot_tell";
  return (
    <>
      <span class={`status ${TONES[state] ?? "no_data"}`}>
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          {state === "tripped" ? <path d="M6 1 11.5 10.5H.5z" fill="currentColor" /> : state === "clear" ? <circle cx="6" cy="6" r="4.5" fill="currentColor" /> : <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 1.5" />}
        </svg>
        {reading ? word(state) : t("risk.not_read")}
      </span>
      {reading?.why && <span class="block-line soft small">{t(`risk.why_${reading.why as "gap"}`)}</span>}
      {reading?.value != null && <span class="block-line soft small">{number(reading.value)} · {period(reading.period)}</span>}
    </>
  );
}

/** The condition of a tripwire in words. */
export function condition(of: Tripwire): string {
  const values = { code: of.indicator_code, comparison: word(of.comparison), threshold: number(of.threshold), count: of.periods || 1 };
  return of.area ? t("risk.condition_in", { ...values, area: of.area }) : t("risk.condition", values);
}

/** Of a risk, that it comes about; of an assumption, that it does not hold. */
function likelihoodOf(risk: Risk): string {
  return t(risk.kind === "risk" ? "risk.likelihood" : "risk.likelihood_not");
}

function placeOf(plan: Plan, risk: Pick<Risk, "item_id" | "outcome_id">): string {
  const name = (id: string) => plan.items.find((item) => item.id === id)?.number ?? "–";
  return risk.outcome_id ? `${name(risk.item_id)} → ${name(risk.outcome_id)}` : name(risk.item_id);
}

/** The assumptions and risks of a plan: what is tripped first, then what weighs most. */
export function PlanRisks({ plan }: { plan: Plan }) {
  const found = useGet<ListRisksResponse>(risksPath(plan.id));
  const editable = plan.state === "draft" && mayWrite("coordinator");
  const tripped = (risk: Risk) => (risk.reading?.state === "tripped" ? 1 : 0);
  const risks = [...(found.data?.risks ?? [])].sort((one, other) => tripped(other) - tripped(one) || weight(other) - weight(one));
  const alerts = risks.reduce((count, risk) => count + tripped(risk), 0);
  return (
    <div class="stack">
      {editable && (
        <div class="row">
          <button type="button" class="button" onClick={() => openRisk(plan, blank("assumption"))}>{t("risk.add_assumption")}</button>
          <button type="button" class="button" onClick={() => openRisk(plan, blank("risk"))}>{t("risk.add_risk")}</button>
        </div>
      )}
      {alerts > 0 && <Notice tone="careful">{t("risk.alerts", { count: alerts })}</Notice>}
      <Reading of={found}>
        {risks.length === 0 ? (
          <Empty>{t("risk.none")}</Empty>
        ) : (
          <Table
            caption={t("risk.title")}
            rows={risks}
            keyOf={(risk) => risk.id}
            columns={[
              { head: t("risk.statement"), names: true, wide: true, cell: (risk) => <><button type="button" class="number-link" onClick={() => openRisk(plan, risk)}>{say(risk.statement)}</button> <Classification of={risk.classification} /><span class="block-line soft small">{word(risk.kind)} · {risk.owner_section}</span></> },
              { head: t("plan.place"), cell: (risk) => placeOf(plan, risk) },
              { head: t("risk.weight"), numeric: true, cell: (risk) => (weight(risk) ? <span title={`${likelihoodOf(risk)} ${risk.likelihood}, ${t("risk.impact")} ${risk.impact}`}>{risk.likelihood} × {risk.impact} = {weight(risk)}</span> : "–") },
              { head: t("risk.tripwire"), wide: true, cell: (risk) => (risk.tripwire ? condition(risk.tripwire) : <span class="soft">{t("risk.no_tripwire")}</span>) },
              { head: t("risk.says"), cell: (risk) => <Says of={risk.tripwire} reading={risk.reading} /> },
              { head: t("field.status"), cell: (risk) => <>{word(risk.status)}{risk.status_note && <span class="block-line soft small">{risk.status_note}</span>}</> },
            ]}
          />
        )}
      </Reading>
    </div>
  );
}

function openRisk(plan: Plan, risk: Risk): void {
  const title = risk.id ? word(risk.kind) : t(`risk.add_${risk.kind as "risk"}`);
  openDrawer(title, () => <OneRisk plan={plan} id={risk.id} given={risk} />);
}

function OneRisk({ plan, id, given }: { plan: Plan; id: string; given: Risk }) {
  const found = useGet<ListRisksResponse>(risksPath(plan.id));
  const risk = found.data?.risks.find((one) => one.id === id) ?? given;
  const editable = plan.state === "draft" && mayWrite("coordinator");
  return (
    <div class="stack">
      {editable ? <RiskForm key={`${risk.id}${risk.version}`} plan={plan} risk={risk} /> : <RiskFacts plan={plan} risk={risk} />}
      {risk.id && mayWrite(...FOLLOWERS) && !["superseded", "archived"].includes(plan.state) && <StatusForm key={`status${risk.version}`} risk={risk} />}
      {risk.id && editable && (
        <div class="row">
          <WriteButton danger label={t("action.remove")} sure={t("risk.remove_sure")} onDone={closeDrawer} work={async () => { await write("DELETE", `${risksPath(plan.id)}/${risk.id}`, undefined, { version: risk.version }); expire(risksPath(plan.id)); }} />
        </div>
      )}
    </div>
  );
}

function RiskFacts({ plan, risk }: { plan: Plan; risk: Risk }) {
  return (
    <div class="stack tight">
      <p class="row"><State of={risk.status} /><Classification of={risk.classification} /></p>
      <p><b>{say(risk.statement)}</b></p>
      <dl class="facts">
        <div><dt>{t("plan.place")}</dt><dd>{placeOf(plan, risk)}</dd></div>
        <div><dt>{t("indicator.owner")}</dt><dd>{risk.owner_section}</dd></div>
        {risk.likelihood > 0 && <div><dt>{likelihoodOf(risk)}</dt><dd>{risk.likelihood}</dd></div>}
        {risk.impact > 0 && <div><dt>{t("risk.impact")}</dt><dd>{risk.impact}</dd></div>}
        {risk.tripwire && <div><dt>{t("risk.tripwire")}</dt><dd>{condition(risk.tripwire)}</dd></div>}
        {risk.tripwire && <div><dt>{t("risk.says")}</dt><dd><Says of={risk.tripwire} reading={risk.reading} /></dd></div>}
        {risk.reading && <div><dt>{t("risk.read_at")}</dt><dd>{instant(risk.reading.read_at)}</dd></div>}
      </dl>
      {say(risk.response) && <><h3>{t("risk.response")}</h3><p>{say(risk.response)}</p></>}
    </div>
  );
}

const TEXT = { en: "", fr: "" };

function blank(kind: string): Risk {
  return { id: "", lineage_id: "", plan_id: "", kind, item_id: "", outcome_id: "", statement: TEXT, likelihood: kind === "risk" ? 3 : 0, impact: kind === "risk" ? 3 : 0, owner_section: "", response: TEXT, status: "", status_note: "", tripwire: null, reading: null, version: 0, recorded_at: "", recorded_by: "", classification: "" };
}

/** What is typed; the place is an item, or a link as "output>outcome". */
function typed(risk: Risk) {
  const wire = risk.tripwire;
  return {
    place: risk.outcome_id ? `${risk.item_id}>${risk.outcome_id}` : risk.item_id,
    statement: risk.statement ?? TEXT,
    likelihood: String(risk.likelihood || ""),
    impact: String(risk.impact || ""),
    owner_section: risk.owner_section,
    response: risk.response ?? TEXT,
    indicator_id: wire?.indicator_id ?? "",
    area: wire?.area ?? "",
    comparison: wire?.comparison ?? "above",
    threshold: wire ? String(wire.threshold) : "",
    periods: String(wire?.periods || 1),
  };
}

function message(kind: string, value: ReturnType<typeof typed>) {
  const [item_id, outcome_id] = value.place.split(">");
  const { statement, owner_section, response, indicator_id, area, comparison } = value;
  const tripwire = indicator_id ? { indicator_id, area, comparison, threshold: numberOf(value.threshold) ?? 0, periods: Number(value.periods) || 1 } : null;
  return { kind, item_id, outcome_id: outcome_id ?? "", statement, owner_section, response, tripwire, likelihood: Number(value.likelihood), impact: Number(value.impact) };
}

const WEIGHTS = ["1", "2", "3", "4", "5"].map((one) => [one, one] as const);

function RiskForm({ plan, risk }: { plan: Plan; risk: Risk }) {
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const areas = useGet<ListAreasResponse>(below("areas"));
  const draft = useDraft(`risk.${plan.id}.${risk.id || risk.kind}`, typed(risk), risk.version);
  const now = draft.value;
  const unweighed = risk.kind === "risk" ? {} : { none: t("risk.not_weighed") };
  const item = (id: string) => plan.items.find((one) => one.id === id);
  const places = [
    ...plan.items.map((one) => [one.id, `${one.number} ${say(one.statement)}`] as const),
    ...plan.links.map((link) => [`${link.output_id}>${link.outcome_id}`, `${item(link.output_id)?.number} → ${item(link.outcome_id)?.number}`] as const),
  ];
  const measured = (indicators.data?.indicators ?? []).filter((one) => one.kind !== "qualitative" && one.state !== "retired");
  return (
    <Form
      draft={draft}
      theirs={(current) => (current ? typed(current as Risk) : undefined)}
      submit={risk.id ? t("action.save") : t("action.add")}
      onDone={closeDrawer}
      send={async (value, version) => {
        if (risk.id) await write("PUT", risksPath(plan.id), { risk: { ...message(risk.kind, value), id: risk.id } }, { version: version ?? risk.version });
        else await write("POST", risksPath(plan.id), { risk: message(risk.kind, value) });
        expire(risksPath(plan.id));
      }}
    >
      {(about) => (
        <>
          <TextPair label={t("risk.statement")} long value={now.statement} wrong={about("risk.statement")} required onInput={(statement) => draft.set({ statement })} />
          <Choice label={t("risk.hangs_on")} none="–" required value={now.place} among={places} wrong={about("risk.item_id") ?? about("risk.outcome_id")} onInput={(place) => draft.set({ place })} />
          <div class="pair">
            <Choice label={likelihoodOf(risk)} {...unweighed} value={now.likelihood} among={WEIGHTS} wrong={about("risk.likelihood")} onInput={(likelihood) => draft.set({ likelihood })} />
            <Choice label={t("risk.impact")} {...unweighed} value={now.impact} among={WEIGHTS} wrong={about("risk.impact")} onInput={(impact) => draft.set({ impact })} />
          </div>
          <TextField label={t("indicator.owner")} value={now.owner_section} required wrong={about("risk.owner_section")} onInput={(owner_section) => draft.set({ owner_section })} />
          <TextPair label={t("risk.response")} long value={now.response} wrong={about("risk.response")} onInput={(response) => draft.set({ response })} />
          <fieldset class="field">
            <legend>{t("risk.tripwire")}</legend>
            <p class="hint">{t("risk.tripwire_hint")}</p>
            <Choice label={t("risk.indicator")} none={t("risk.no_tripwire")} value={now.indicator_id} among={measured.map((one) => [one.id, `${one.code} ${say(one.name)}`] as const)} wrong={about("risk.tripwire.indicator_id")} onInput={(indicator_id) => draft.set({ indicator_id })} />
            {now.indicator_id && (
              <>
                <div class="pair">
                  <Choice label={t("risk.comparison")} value={now.comparison} among={COMPARISONS_OF_TRIPWIRES} wrong={about("risk.tripwire.comparison")} onInput={(comparison) => draft.set({ comparison })} />
                  <NumberField label={t("risk.threshold")} value={now.threshold} required wrong={about("risk.tripwire.threshold")} onInput={(threshold) => draft.set({ threshold })} />
                </div>
                <div class="pair">
                  <NumberField label={t("risk.periods")} value={now.periods} wrong={about("risk.tripwire.periods")} onInput={(periods) => draft.set({ periods })} />
                  <Choice label={t("risk.area")} none={t("area.all")} value={now.area} among={(areas.data?.areas ?? []).map((area) => [area.code, say(area.name)] as const)} wrong={about("risk.tripwire.area")} onInput={(area) => draft.set({ area })} />
                </div>
              </>
            )}
          </fieldset>
        </>
      )}
    </Form>
  );
}

function StatusForm({ risk }: { risk: Risk }) {
  const draft = useDraft(`risk.status.${risk.id}`, { status: risk.status, note: risk.status_note }, risk.version);
  const never = risk.kind === "risk" ? "failed" : "occurred";
  return (
    <details>
      <summary>{t("risk.give_status")}</summary>
      <Form
        draft={draft}
        submit={t("action.save")}
        send={async (value, version) => {
          await write("POST", `${risksPath(risk.plan_id)}/${risk.id}/status`, value, { version: version ?? risk.version });
          expire(risksPath(risk.plan_id));
        }}
      >
        {(about) => (
          <>
            <Choice label={t("field.status")} value={draft.value.status} among={RISK_STATUSES.filter((status) => status !== never)} wrong={about("status")} onInput={(status) => draft.set({ status })} />
            <TextArea label={t("risk.what_happened")} value={draft.value.note} wrong={about("note")} onInput={(note) => draft.set({ note })} />
          </>
        )}
      </Form>
    </details>
  );
}
