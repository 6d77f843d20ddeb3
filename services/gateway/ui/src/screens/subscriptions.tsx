// What is sent to members, when and how: everybody's own; for a coordinator those of all, and the mission's time zone.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListDashboardsResponse, Subscription, SubscriptionList } from "../api/types";
import { say, t, word } from "../i18n";
import { instant } from "../i18n/format";
import { openDrawer } from "../parts/drawer";
import { TextField } from "../parts/field";
import { WriteButton } from "../parts/form";
import { Empty, Notice, Reading, Trouble } from "../parts/notice";
import { PageHead } from "../parts/page";
import { Table } from "../parts/table";
import { useWrite } from "../parts/write";
import { Problem } from "../api/problem";
import { below, mayWrite, mission } from "../session";
import { hourOf, SubscriptionForm, weekday } from "./subscription-form";

const list = () => below("subscriptions");

/** The screen. */
export default function Subscriptions() {
  const found = useGet<SubscriptionList>(list());
  const boards = useGet<ListDashboardsResponse>(below("dashboards"));
  const [made, setMade] = useState<Subscription | null>(null);
  const open = mission.value?.state !== "closed";
  const coordinates = mayWrite("coordinator");
  const rows = found.data?.subscriptions ?? [];
  const names = new Map((boards.data?.dashboards ?? []).map((one) => [one.id, say(one.title)]));
  const form = (of?: Subscription) => openDrawer(t(of ? "subs.change" : "subs.add"), () => <SubscriptionForm of={of} onMade={setMade} />);
  return (
    <>
      <PageHead title={t("spine.subscriptions")} sub={<span>{t("subs.about")}</span>}>
        {open && <button type="button" class="button primary" onClick={() => form()}>{t("subs.add")}</button>}
      </PageHead>
      <Reading of={found}>
        <div class="stack">
          {found.data && !found.data.sends && <Notice tone="careful">{t("subs.sends_none")}</Notice>}
          {made?.secret && <Notice tone="good"><p>{t("subs.secret_once")}</p><p><code>{made.secret}</code></p></Notice>}
          {rows.length === 0 ? (
            <Empty>{t("subs.none")}</Empty>
          ) : (
            <Table
              caption={t("spine.subscriptions")}
              rows={rows}
              keyOf={(one) => one.id}
              columns={[
                { head: t("subs.what"), names: true, wide: true, cell: (one) => <>{named(one, names)}<br /><span class="soft small">{t(`subs.as_${one.format}` as never)}, {one.language === "fr" ? "Français" : "English"} · {t("subs.up_to", { classification: word(one.clearance) })}</span></> },
                ...(coordinates ? [{ head: t("subs.for"), cell: (one: Subscription) => one.account_name || t("subs.no_member") }] : []),
                { head: t("subs.when"), cell: (one) => <>{rhythmOf(one)}{one.next_due && <><br /><span class="soft small">{t("subs.next", { at: instant(one.next_due) })}</span></>}</> },
                { head: t("subs.way"), cell: (one) => <>{[one.by_email && t("subs.email"), one.webhook_url && t("subs.webhook")].filter(Boolean).join(", ")}{one.webhook_url && <><br /><span class="soft small">{one.webhook_url}</span></>}</> },
                { head: t("subs.last"), wide: true, cell: (one) => <Last of={one} /> },
                {
                  head: <span class="unseen">{t("field.actions")}</span>,
                  cell: (one) => (
                    <div class="row">
                      {open && <button type="button" class="button" aria-label={t("subs.change_of", { name: named(one, names) })} onClick={() => form(one)}>{t("action.edit")}</button>}
                      <WriteButton danger label={t("action.remove")} sure={t("subs.remove_sure", { name: named(one, names) })} work={async () => { await write("DELETE", `${list()}/${one.id}`); expire(list()); }} />
                    </div>
                  ),
                },
              ]}
            />
          )}
          {found.data && <Zone of={found.data.time_zone} mayChange={coordinates} />}
        </div>
      </Reading>
    </>
  );
}

function named(one: Subscription, names: ReadonlyMap<string, string>): string {
  if (one.subject === "digest") return t("subs.digest");
  if (one.subject === "dashboard") return t("subs.dashboard_named", { name: names.get(one.reference) ?? t("subs.unknown") });
  return t("subs.paper_named", { name: word(`template_${one.reference}`) });
}

function rhythmOf(one: Subscription): string {
  const hour = hourOf(one.hour);
  if (one.rhythm === "daily") return t("subs.daily_at", { hour });
  if (one.rhythm === "weekly") return t("subs.weekly_at", { day: weekday(one.day), hour });
  if (one.rhythm === "monthly") return t("subs.monthly_at", { day: one.day, hour });
  return t("subs.published");
}

/** Why it stopped, and what came of the last sendings. */
function Last({ of }: { of: Subscription }) {
  return (
    <>
      {of.stopped && <p class="small"><span class="status off_track">{t("subs.stopped")}</span> {of.stopped}</p>}
      {of.sendings.length === 0 && !of.stopped && <span class="soft">{t("subs.not_yet")}</span>}
      <ul class="plain">
        {of.sendings.map((one) => (
          <li key={one.id} class="small">
            {instant(one.at)} · {t(one.channel === "email" ? "subs.email" : "subs.webhook")} · <span class={`status ${TONES[one.state] ?? "no_data"}`}>{t(`subs.state_${one.state}` as never)}</span>
            {one.state !== "sent" && one.outcome && <> {one.outcome}</>}
            {one.state === "waiting" && one.attempts > 0 && <> {t("subs.again", { count: one.attempts })}</>}
          </li>
        ))}
      </ul>
    </>
  );
}

const TONES: Record<string, string> = { sent: "on_track", waiting: "at_risk", dead: "off_track" };

/** The clocks of the mission. */
function Zone({ of, mayChange }: { of: string; mayChange: boolean }) {
  const [zone, setZone] = useState(of);
  const writing = useWrite();
  const problem = writing.problem instanceof Problem ? writing.problem : undefined;
  if (!mayChange) return <p class="soft">{t("subs.zone_is", { zone: of })}</p>;
  const save = async () => {
    if (await writing.run(() => write("PUT", below("time-zone"), { time_zone: zone.trim() }), zone)) expire(list());
  };
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <TextField label={t("subs.zone")} hint={t("subs.zone_hint")} value={zone} wrong={problem?.about("time_zone")} onInput={setZone} list="zones" required />
      <datalist id="zones">{Intl.supportedValuesOf("timeZone").map((one) => <option key={one} value={one} />)}</datalist>
      <Trouble problem={writing.problem} kept />
      <div class="actions"><button class="button" type="submit" disabled={writing.busy || zone.trim() === of}>{t("action.save")}</button></div>
    </form>
  );
}
