// The year of a mission's assessments: what its cycle asks for, what is there, and how the cycle is set.
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Assessment, AssessmentCycle, AssessmentSlot, Member } from "../api/types";
import { language, say, t, word } from "../i18n";
import { date, period } from "../i18n/format";
import { today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, Choices, NumberField, numberOf } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { useParameter } from "../parts/page";
import { Person } from "../parts/person";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { ASSESSMENT_KINDS, COMPONENTS } from "../words";
import { accounts } from "./assessment-course";

const INTERVALS = ["half_year", "year", "fiscal_year"] as const;
const ADVISER = ["where_marked", "always", "never"] as const;
const MONTHS = Array.from({ length: 12 }, (_, place) => place + 1);

/** "March" of 3. */
const monthName = (month: number) => new Intl.DateTimeFormat(language.value === "fr" ? "fr-FR" : "en-GB", { month: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2024, month - 1, 1)));

/** What happens in a month: an assessment of the cycle begins, or one was frozen. */
interface Entry {
  day: string;
  text: string;
  state: string;
  id: string;
}

/** A year, as twelve months and as a table. */
export function Calendar({ assessments, schedule }: { assessments: readonly Assessment[]; schedule: (slot: AssessmentSlot, kind: string) => void }) {
  const year = Number(useParameter("year")) || Number(today().slice(0, 4));
  const found = useGet<AssessmentCycle>(below(`assessment-cycle?year=${year}`));
  const [location] = useLocation();
  const to = (next: number) => `${location}?view=calendar&year=${next}`;
  const cycle = found.data;
  const set = mayWrite("coordinator") && cycle && <button type="button" class="button" onClick={() => openDrawer(t("cycle.set"), () => <CycleForm of={cycle} />)}>{t("cycle.set")}</button>;
  return (
    <Reading of={found}>
      {cycle && (
        <div class="stack room">
          <div class="row between">
            <nav class="row" aria-label={t("cycle.year")}>
              <Link class="button quiet" href={to(year - 1)}>‹ {year - 1}</Link>
              <h2>{year}</h2>
              <Link class="button quiet" href={to(year + 1)}>{year + 1} ›</Link>
            </nav>
            {set}
          </div>
          <p class="soft"><Said of={cycle} /></p>
          <Months year={year} entries={entriesOf(year, cycle, assessments)} />
          {cycle.slots.length === 0 ? <Empty>{cycle.interval ? t("cycle.nothing") : t("cycle.none")}</Empty> : <Slots cycle={cycle} schedule={schedule} />}
        </div>
      )}
    </Reading>
  );
}

/** What is set, as a sentence. */
function Said({ of }: { of: AssessmentCycle }) {
  if (!of.interval) return <>{t("cycle.none")}</>;
  return (
    <>
      {t("cycle.says", { interval: word(of.interval), kind: word(of.kind), months: of.months.map(monthName).join(", "), days: of.lead_days })}
      {of.coordinator_id && <> {t("cycle.coordinates")} <Person id={of.coordinator_id} />.</>}
    </>
  );
}

function entriesOf(year: number, cycle: AssessmentCycle, assessments: readonly Assessment[]): Entry[] {
  const slots = cycle.slots.map((slot) => ({ day: slot.begins_on, text: `${word(cycle.kind)}, ${period(slot.period)}`, state: slot.assessment_state || "proposed", id: slot.assessment_id }));
  const frozen = assessments.filter((one) => one.frozen_at.startsWith(`${year}-`)).map((one) => ({ day: one.frozen_at.slice(0, 10), text: `${t("cycle.frozen")}: ${say(one.title)}`, state: one.state, id: one.id }));
  return [...slots, ...frozen].sort((one, other) => one.day.localeCompare(other.day));
}

function Months({ year, entries }: { year: number; entries: readonly Entry[] }) {
  return (
    <ol class="months" aria-label={t("cycle.year")}>
      {MONTHS.map((month) => {
        const own = entries.filter((one) => one.day.startsWith(`${year}-${String(month).padStart(2, "0")}`));
        return (
          <li key={month} class="card stack tight">
            <h3>{monthName(month)}</h3>
            {own.map((one) => <p key={one.day + one.text} class="small">{one.id ? <Link href={page(`assessments/${one.id}`)}>{one.text}</Link> : one.text} <State of={one.state} /></p>)}
          </li>
        );
      })}
    </ol>
  );
}

function Slots({ cycle, schedule }: { cycle: AssessmentCycle; schedule: (slot: AssessmentSlot, kind: string) => void }) {
  const may = mayWrite("coordinator");
  const late = (slot: AssessmentSlot) => !slot.assessment_id && slot.schedule_from <= today();
  return (
    <Table
      caption={t("cycle.table")}
      rows={cycle.slots}
      keyOf={(slot) => slot.begins_on}
      columns={[
        { head: t("field.period"), names: true, cell: (slot) => period(slot.period) },
        { head: t("cycle.begins"), cell: (slot) => date(slot.begins_on) },
        { head: t("cycle.schedule_from"), cell: (slot) => <>{date(slot.schedule_from)}{late(slot) && <span class="status at_risk"> <span aria-hidden="true">▲</span> {t("cycle.due")}</span>}</> },
        { head: t("field.state"), cell: (slot) => <State of={slot.assessment_state || "proposed"} /> },
        { head: <span class="unseen">{t("action.open")}</span>, cell: (slot) => (slot.assessment_id ? <Link href={page(`assessments/${slot.assessment_id}`)}>{t("action.open")}</Link> : may && <button type="button" class="button" onClick={() => schedule(slot, cycle.kind)}>{t("assess.schedule")}</button>) },
      ]}
    />
  );
}

function CycleForm({ of }: { of: AssessmentCycle }) {
  const members = useGet<{ members: Member[] }>(below("members"));
  const initial = { interval: of.interval, kind: of.kind || "impact", first: String(of.months[0] ?? 1), second: String(of.months[1] ?? 7), coordinator_id: of.coordinator_id, lead_days: String(of.interval ? of.lead_days : 30), adviser_signs: of.adviser_signs, components_sign: of.components_sign, leadership_signs: of.leadership_signs };
  const draft = useDraft("assessment-cycle", initial, of.version);
  const value = draft.value;
  const months = MONTHS.map((month) => [String(month), monthName(month)] as const);
  return (
    <Reading of={members}>
      <Form
        draft={draft}
        submit={t("action.save")}
        send={async ({ first, second, lead_days, ...given }, version) => {
          const months = given.interval === "half_year" ? [Number(first), Number(second)] : [Number(first)];
          const cycle = { ...given, months: given.interval ? months : [], lead_days: numberOf(lead_days) ?? 0 };
          await write("PUT", below("assessment-cycle"), { cycle }, { version: version ?? of.version });
          expire(below("assessment-cycle"));
          expire(below("assessments"));
          closeDrawer();
        }}
      >
        {(about) => (
          <>
            <Choice label={t("cycle.interval")} value={value.interval} wrong={about("cycle.interval")} none={t("cycle.no_cycle")} among={INTERVALS} onInput={(interval) => draft.set({ interval })} />
            {value.interval && (
              <>
                <Choice label={t("field.kind")} value={value.kind} among={ASSESSMENT_KINDS} onInput={(kind) => draft.set({ kind })} />
                <Choice label={value.interval === "half_year" ? t("cycle.first_month") : t("cycle.month")} value={value.first} wrong={about("cycle.months")} among={months} onInput={(first) => draft.set({ first })} />
                {value.interval === "half_year" && <Choice label={t("cycle.second_month")} value={value.second} among={months} onInput={(second) => draft.set({ second })} />}
                <NumberField label={t("cycle.lead_days")} value={value.lead_days} wrong={about("cycle.lead_days")} required onInput={(lead_days) => draft.set({ lead_days })} />
                <Choice label={t("cycle.coordinator")} value={value.coordinator_id} none="–" among={accounts(members.data?.members ?? [])} onInput={(coordinator_id) => draft.set({ coordinator_id })} />
              </>
            )}
            <h3>{t("cycle.who_signs")}</h3>
            <Choice label={t("cycle.adviser_signs")} value={value.adviser_signs} among={ADVISER.map((one) => [one, word(`adviser_${one}`)] as const)} onInput={(adviser_signs) => draft.set({ adviser_signs })} />
            <Choices label={t("cycle.components_sign")} value={value.components_sign} among={COMPONENTS.map((one) => [one, word(one)] as const)} onInput={(components_sign) => draft.set({ components_sign })} />
            <label class="row"><input type="checkbox" checked={value.leadership_signs} onChange={(event) => draft.set({ leadership_signs: event.currentTarget.checked })} />{t("cycle.leadership_signs")}</label>
          </>
        )}
      </Form>
    </Reading>
  );
}
