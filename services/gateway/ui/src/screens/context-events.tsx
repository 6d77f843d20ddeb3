// An event: its facts in the drawer, and finding one that is evidence.
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { Event, ListAreasResponse, ListEventsResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { date, number, period } from "../i18n/format";
import { today } from "../i18n/periods";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, TextField } from "../parts/field";
import { Reading } from "../parts/notice";
import { Classification } from "../parts/status";
import { below, mayWrite, page } from "../session";
import { CorrectEvent } from "./context-event-correct";

/** Events that are offered at a time; more are a matter of a narrower search. */
const OFFERED_MAX = 50;

/** The first day that an event can have been on, as a date: of a month or year its first. */
export function firstDay(of: Pick<Event, "date">): string {
  const first = of.date.split("/")[0] ?? "";
  return `${first}${"-01-01".slice(first.length - 4)}`.slice(0, 10);
}

/** When it was, no more exactly than is known. */
export function eventDate(of: Pick<Event, "date" | "date_precision">): string {
  if (of.date_precision === "days") return of.date.split("/").map(date).join(" – ");
  return of.date_precision === "day" ? date(of.date) : period(of.date);
}

/** What it is called in a list: its type, where and when. */
export function eventName(of: Event): string {
  const kind = of.sub_kind || of.kind || t("event.title");
  return [`${kind}${of.place ? `, ${of.place}` : ""}`, eventDate(of)].join(" · ");
}

/** Opens the drawer on one event. */
export function openEvent(id: string): void {
  openDrawer(t("event.title"), () => <OneEvent id={id} />);
}

/** One event, looked up. */
export function OneEvent({ id }: { id: string }) {
  const found = useGet<Event>(below(`events/${id}`));
  return <Reading of={found}>{found.data && <Facts of={found.data} />}</Reading>;
}

function Facts({ of }: { of: Event }) {
  const facts: [string, string][] = [
    [t("event.kind"), [of.kind, of.sub_kind].filter(Boolean).join(" · ")],
    [t("field.date"), eventDate(of)],
    [t("event.place"), [of.place, of.area].filter(Boolean).join(" · ")],
    [t("event.point"), `${number(of.latitude, 3)}, ${number(of.longitude, 3)} (${of.point_precision ? word(`point_${of.point_precision}`) : t("event.not_said")})`],
    [t("event.actors"), [of.actor_one, of.actor_two].filter(Boolean).join(" – ")],
    [t("event.deaths"), deathsOf(of)],
    [t("field.source"), `${of.source} · ${of.external_id}`],
  ];
  return (
    <div class="stack tight">
      <p class="row"><Classification of={of.classification} /></p>
      <dl class="facts">{facts.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      {of.notes && <><h3>{t("event.notes")}</h3><p>{of.notes}</p></>}
      {of.corrected_by && <p class="soft small">{t("event.corrected", { name: of.corrected_by, reason: of.correction_reason })}</p>}
      {mayWrite("coordinator") && (
        <div>
          <button type="button" class="button" onClick={() => openDrawer(t("event.correct_title"), () => <CorrectEvent of={of} onDone={() => openEvent(of.id)} />)}>{t("event.correct")}</button>
        </div>
      )}
    </div>
  );
}

/** The toll as far as it is known. */
function deathsOf({ deaths_best: best, deaths_low: low, deaths_high: high, deaths_civilians: civilians }: Event): string {
  const parts = [
    best == null ? "" : t("event.best", { count: best }),
    low == null || high == null ? "" : t("event.between", { low: number(low), high: number(high) }),
    civilians == null ? "" : t("event.civilians", { count: civilians }),
  ];
  return parts.filter(Boolean).join(" · ") || t("event.not_known");
}

/** Opens the drawer on the events of an area, or of all. */
export function openEvents(area: string): void {
  openDrawer(t("situation.events"), () => (
    <div class="stack tight">
      {mayWrite("coordinator", "hq_analyst") && <p><Link class="button" href={page("imports/events")} onClick={closeDrawer}>{t("event.import")}</Link></p>}
      <EventPicker area={area} opens onPick={(event) => openEvent(event.id)} />
    </div>
  ));
}

/** Finds an event by area and days, to take it, or to open it. */
export function EventPicker({ onPick, area = "", opens = false }: { onPick: (event: Event) => void; area?: string; opens?: boolean }) {
  const areas = useGet<ListAreasResponse>(below("areas"));
  const [asked, ask] = useState({ area, first_date: `${Number(today().slice(0, 4)) - 1}${today().slice(4)}`, last_date: today() });
  const query = new URLSearchParams({ ...asked, page_size: String(OFFERED_MAX) });
  const found = useGet<ListEventsResponse>(below(`events?${query}`));
  const events = found.data?.events ?? [];
  return (
    <div class="stack tight">
      <Choice label={t("field.area")} none={t("area.all")} value={asked.area} among={(areas.data?.areas ?? []).map((area) => [area.code, say(area.name) || area.code] as const)} onInput={(area) => ask({ ...asked, area })} />
      <div class="pair">
        <TextField label={t("event.from")} type="date" value={asked.first_date} onInput={(first_date) => ask({ ...asked, first_date })} />
        <TextField label={t("event.until")} type="date" value={asked.last_date} onInput={(last_date) => ask({ ...asked, last_date })} />
      </div>
      <Reading of={found}>
        {events.length === 0 ? <p class="soft">{t("event.none")}</p> : (
          <ul class="list">
            {events.map((event) => (
              <li key={event.id}>
                <span>{eventName(event)} <Classification of={event.classification} /><br /><span class="soft small">{[event.actor_one, event.actor_two].filter(Boolean).join(" – ") || event.source}</span></span>
                <button type="button" class="button quiet" aria-label={t(opens ? "event.open_named" : "event.take_named", { name: eventName(event) })} onClick={() => onPick(event)}>{t(opens ? "event.open" : "event.take")}</button>
              </li>
            ))}
          </ul>
        )}
        {found.data?.next_cursor && <p class="soft">{t("event.more", { count: OFFERED_MAX })}</p>}
      </Reading>
    </div>
  );
}
