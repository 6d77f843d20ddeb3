// Having something sent: what, when, as what, and where to.
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListDashboardsResponse, Member, Subscription } from "../api/types";
import { language, say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { below, mayWrite, session } from "../session";
import { CLASSIFICATIONS, PAPER_TEMPLATES } from "../words";

interface Wish {
  account_id: string;
  subject: string;
  reference: string;
  rhythm: string;
  day: string;
  hour: string;
  format: string;
  language: string;
  by_email: boolean;
  webhook_url: string;
  clearance: string;
  stopped: boolean;
}

const SUBJECTS = ["digest", "dashboard", "paper"] as const;
const FILES = ["pdf", "xlsx", "docx", "html", "csv"] as const;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** "07:00": the same in both languages, and never ambiguous. */
export const hourOf = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;

/** The name of a day of the week, 1 for Monday. */
export function weekday(day: number): string {
  return new Intl.DateTimeFormat(language.value, { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, day)));
}

function wishOf(known?: Subscription): Wish {
  if (known) return { account_id: known.account_id, subject: known.subject, reference: known.reference, rhythm: known.rhythm, day: String(known.day || 1), hour: String(known.hour), format: known.format, language: known.language, by_email: known.by_email, webhook_url: known.webhook_url, clearance: known.clearance, stopped: known.stopped !== "" };
  return { account_id: "", subject: "digest", reference: "", rhythm: "daily", day: "1", hour: "7", format: "text", language: language.peek(), by_email: true, webhook_url: "", clearance: "unclassified", stopped: false };
}

/** The form in the drawer. */
export function SubscriptionForm({ of: known, onMade }: { of?: Subscription | undefined; onMade: (made: Subscription) => void }) {
  const boards = useGet<ListDashboardsResponse>(below("dashboards"));
  const coordinates = mayWrite("coordinator");
  const members = useGet<{ members: Member[] }>(coordinates && !known ? below("members") : null);
  const draft = useDraft<Wish>(`subscription-${known?.id ?? "new"}`, wishOf(known), known?.version);
  const of = draft.value;
  const me = session.value?.account.id ?? "";
  const others = new Map((members.data?.members ?? []).filter((one) => one.account_id !== me).map((one) => [one.account_id, one.name]));
  const mine = known ? known.mine : of.account_id === "";
  const chooses = (subject: string) => {
    const first = subject === "paper" ? "fact_sheet" : subject === "dashboard" ? "ready" : "";
    draft.set({ subject, reference: first, format: subject === "digest" ? "text" : of.format === "text" ? "pdf" : of.format, rhythm: subject === "paper" ? of.rhythm : of.rhythm === "published" ? "daily" : of.rhythm });
  };
  return (
    <Form
      draft={draft}
      submit={t(known ? "action.save" : "subs.add")}
      onDone={closeDrawer}
      send={async (value, version) => {
        const wish = { ...value, day: Number(value.day), hour: Number(value.hour), webhook_url: mine ? value.webhook_url : (known?.webhook_url ?? "") };
        const { account_id: _, ...change } = wish;
        const made = known ? await write<Subscription>("PUT", below(`subscriptions/${known.id}`), change, { version: version ?? known.version }) : await write<Subscription>("POST", below("subscriptions"), wish);
        onMade(made);
        expire(below("subscriptions"));
      }}
      theirs={(current) => wishOf(current as Subscription)}
    >
      {(about) => (
        <>
          {!known && others.size > 0 && <Choice label={t("subs.for")} none={t("subs.myself")} value={of.account_id} wrong={about("account_id")} among={[...others]} onInput={(account_id) => draft.set({ account_id })} />}
          <Choice label={t("subs.what")} value={of.subject} wrong={about("subject")} among={SUBJECTS.map((one) => [one, t(`subs.${one}`)] as const)} onInput={chooses} />
          {of.subject === "dashboard" && <Choice label={t("subs.which_dashboard")} value={of.reference} wrong={about("reference")} among={(boards.data?.dashboards ?? []).map((one) => [one.id, say(one.title)] as const)} onInput={(reference) => draft.set({ reference })} />}
          {of.subject === "paper" && <Choice label={t("subs.which_paper")} hint={t("subs.newest")} value={of.reference} wrong={about("reference")} among={PAPER_TEMPLATES.map((one) => [one, word(`template_${one}`)] as const)} onInput={(reference) => draft.set({ reference })} />}
          <div class="pair">
            <Choice label={t("subs.when")} value={of.rhythm} wrong={about("rhythm")} among={(["daily", "weekly", "monthly", "published"] as const).filter((one) => one !== "published" || of.subject === "paper").map((one) => [one, t(`subs.${one}`)] as const)} onInput={(rhythm) => draft.set({ rhythm })} />
            {of.rhythm === "weekly" && <Choice label={t("subs.day")} value={of.day} wrong={about("day")} among={[1, 2, 3, 4, 5, 6, 7].map((day) => [String(day), weekday(day)] as const)} onInput={(day) => draft.set({ day })} />}
            {of.rhythm === "monthly" && <Choice label={t("subs.day")} value={of.day} wrong={about("day")} among={Array.from({ length: 28 }, (_, at) => [String(at + 1), String(at + 1)] as const)} onInput={(day) => draft.set({ day })} />}
            {of.rhythm !== "published" && <Choice label={t("subs.hour")} value={of.hour} wrong={about("hour")} among={HOURS.map((hour) => [String(hour), hourOf(hour)] as const)} onInput={(hour) => draft.set({ hour })} />}
            {of.subject !== "digest" && <Choice label={t("subs.format")} value={of.format} wrong={about("format")} among={FILES.map((one) => [one, t(`subs.as_${one}`)] as const)} onInput={(format) => draft.set({ format })} />}
            <Choice label={t("subs.language")} value={of.language} wrong={about("language")} among={[["en", "English"], ["fr", "Français"]]} onInput={(next) => draft.set({ language: next })} />
            <Choice label={t("subs.clearance")} hint={t("subs.clearance_hint")} value={of.clearance} wrong={about("clearance")} among={CLASSIFICATIONS} onInput={(clearance) => draft.set({ clearance })} />
          </div>
          <label class="row">
            <input type="checkbox" checked={of.by_email} onChange={(event) => draft.set({ by_email: event.currentTarget.checked })} />
            {t("subs.by_email")}
          </label>
          {about("by_email") && <p class="wrong">{about("by_email")}</p>}
          {mine && <TextField label={t("subs.webhook_url")} hint={t("subs.webhook_hint")} type="url" value={of.webhook_url} wrong={about("webhook_url")} onInput={(webhook_url) => draft.set({ webhook_url })} />}
          {known && (
            <label class="row">
              <input type="checkbox" checked={of.stopped} onChange={(event) => draft.set({ stopped: event.currentTarget.checked })} />
              {t("subs.stop")}
            </label>
          )}
        </>
      )}
    </Form>
  );
}
