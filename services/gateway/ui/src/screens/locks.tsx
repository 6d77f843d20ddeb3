// Locked periods: which are locked and why, locking one, and opening one again; each with a reason that stays.
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListPeriodLocksResponse, PeriodLock } from "../api/types";
import { t } from "../i18n";
import { instant, period } from "../i18n/format";
import { containing, dayAfter, firstDay, type Frequency } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { TextArea, TextField } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Person } from "../parts/person";
import { Table } from "../parts/table";
import { below, mayWrite, mission } from "../session";

/** Lengths of which the last periods are offered, and how many. */
const OFFERED: readonly (readonly [Frequency, number])[] = [["month", 6], ["quarter", 4], ["year", 2], ["fiscal_year", 2]];

/** The screen. */
export default function Locks() {
  const history = useParameter("show") === "history";
  const locks = useGet<ListPeriodLocksResponse>(below("period-locks?with_unlocked=true"));
  const may = mayWrite("coordinator");
  const shown = (locks.data?.locks ?? []).filter((one) => history || !one.unlocked_at);
  return (
    <>
      <PageHead title={t("locks.title")}>
        {may && <button type="button" class="button primary" onClick={() => openDrawer(t("locks.lock"), () => <LockForm />)}>{t("locks.lock")}</button>}
      </PageHead>
      <div class="stack">
        <p class="prose">{t("locks.about")}</p>
        <Tabs label={t("locks.title")} parameter="show" views={[["", t("locks.in_force")], ["history", t("locks.history")]]} />
        <Reading of={locks}>
          {shown.length === 0 ? <Empty>{t(history ? "locks.never" : "locks.none")}</Empty> : (
            <Table
              caption={t("locks.title")}
              rows={shown}
              keyOf={(one) => one.id}
              columns={[
                { head: t("field.period"), names: true, cell: (one) => period(one.period) },
                { head: t("field.state"), cell: (one) => <span class={`status ${one.unlocked_at ? "no_data" : "on_track"}`}>{one.unlocked_at ? `○ ${t("locks.is_unlocked")}` : `● ${t("locks.is_locked")}`}</span> },
                { head: t("locks.why"), wide: true, cell: (one) => one.reason },
                { head: t("locks.by"), cell: (one) => <Whom id={one.recorded_by} at={one.recorded_at} /> },
                ...(history ? [{ head: t("locks.opened"), wide: true, cell: (one: PeriodLock) => one.unlocked_at && <>{one.unlock_reason} <Whom id={one.unlocked_by} at={one.unlocked_at} /></> }] : []),
                ...(may ? [{ head: <span class="unseen">{t("locks.unlock")}</span>, cell: (one: PeriodLock) => !one.unlocked_at && <WriteButton reason label={<>{t("locks.unlock")} <span class="unseen">{period(one.period)}</span></>} work={(reason) => unlock(one, reason)} /> }] : []),
              ]}
            />
          )}
        </Reading>
      </div>
    </>
  );
}

async function unlock(of: PeriodLock, reason: string): Promise<void> {
  await write<PeriodLock>("POST", below(`period-locks/${of.id}/unlock`), { reason });
  expire(below("period-locks"));
}

function Whom({ id, at }: { id: string; at: string }) {
  return <span class="soft small"><Person id={id} />, {instant(at)}</span>;
}

/** The last periods of the usual lengths that have ended. */
export function offered(now: Date, start: number): string[] {
  return OFFERED.flatMap(([frequency, count]) => {
    const found: string[] = [];
    let next = containing(now, frequency, start);
    while (found.length < count) {
      next = containing(new Date(firstDay(next, start).getTime() - 86_400_000), frequency, start);
      if (dayAfter(next, start) <= now) found.push(next);
    }
    return found;
  });
}

function LockForm() {
  const draft = useDraft("lock", { period: "", reason: "" });
  const start = mission.value?.fiscal_year_start_month ?? 7;
  return (
    <Form
      draft={draft}
      submit={t("locks.lock")}
      onDone={closeDrawer}
      send={async (value) => {
        await write<PeriodLock>("POST", below("period-locks"), { period: value.period.trim(), reason: value.reason });
        expire(below("period-locks"));
      }}
    >
      {(about) => (
        <>
          <p>{t("locks.covers")}</p>
          <TextField label={t("field.period")} hint={t("field.period_hint")} value={draft.value.period} wrong={about("period")} onInput={(next) => draft.set({ period: next })} list="lock-periods" required />
          <datalist id="lock-periods">{offered(new Date(), start).map((one) => <option key={one} value={one}>{period(one)}</option>)}</datalist>
          <TextArea label={t("field.reason")} hint={t("locks.reason_hint")} value={draft.value.reason} wrong={about("reason")} onInput={(reason) => draft.set({ reason })} required />
        </>
      )}
    </Form>
  );
}
