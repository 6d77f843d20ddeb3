// Phones: connect one by a code that it scans, the forms that it fills, and what was sent.
import { useState } from "preact/hooks";
import { read, write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ApiToken, ListPhoneFormsResponse, ListSubmissionsResponse, PhoneSettings, Submission } from "../api/types";
import { say, t, word } from "../i18n";
import { date, instant, number, period } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { NumberField, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Notice, Reading, Trouble } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Person } from "../parts/person";
import { Table } from "../parts/table";
import { useWrite } from "../parts/write";
import { below, mayWrite, mission, missionCode } from "../session";
import { SubmissionCard } from "./phone-submission";

/** Who enters, and so fills forms. */
const ENTERING = ["contributor", "focal_point", "coordinator"];
const PAGE_SIZE = 50;

/** The screen. */
export default function Phones() {
  const [made, setMade] = useState<ApiToken | null>(null);
  const enters = mayWrite(...ENTERING);
  return (
    <>
      <PageHead title={t("phones.title")} sub={<span>{t("phones.about")}</span>}>
        {enters && <button type="button" class="button primary" onClick={() => openDrawer(t("phones.connect"), () => <PhoneForm onMade={setMade} />)}>{t("phones.connect")}</button>}
      </PageHead>
      <div class="stack">
        {made?.phone && made.token && <Scan of={made.phone} token={made.token} />}
        <Sent />
        {enters && <Forms />}
      </div>
    </>
  );
}

/** What the phone scans, once. */
function Scan({ of, token }: { of: PhoneSettings; token: string }) {
  return (
    <section class="card phone-code" aria-labelledby="scan-title">
      <img src={`data:image/svg+xml;utf8,${encodeURIComponent(of.qr_svg)}`} width={320} height={320} alt={t("phones.code")} />
      <div class="stack tight">
        <h2 id="scan-title">{t("phones.scan")}</h2>
        <Notice tone="good">{t("phones.once")}</Notice>
        <ol class="steps">
          <li>{t("phones.step_install")}</li>
          <li>{t("phones.step_scan")}</li>
          <li>{t("phones.step_fill")}</li>
        </ol>
        <details>
          <summary>{t("phones.by_hand")}</summary>
          <dl class="facts">
            <div><dt>{t("phones.server")}</dt><dd><code>{of.server_url}</code></dd></div>
            <div><dt>{t("phones.user")}</dt><dd><code>{of.username}</code></dd></div>
            <div><dt>{t("sign_in.password")}</dt><dd><code>{token}</code></dd></div>
          </dl>
        </details>
        <p class="soft">{t("phones.lost")}</p>
      </div>
    </section>
  );
}

function PhoneForm({ onMade }: { onMade: (made: ApiToken) => void }) {
  const draft = useDraft("phone", { name: "", days: "180" });
  const of = draft.value;
  const roles = (mission.value?.roles ?? []).filter((role) => ENTERING.includes(role));
  return (
    <Form
      draft={draft}
      submit={t("phones.connect")}
      onDone={closeDrawer}
      send={async (value) => {
        onMade(await write<ApiToken>("POST", "/tokens", { name: value.name, mission: missionCode.value, roles, expires_in_days: Number(value.days) || 180, phones_only: true }));
        expire("/tokens");
      }}
    >
      {(about) => (
        <>
          <p class="soft">{t("phones.what_it_may", { roles: roles.map(word).join(", ") })}</p>
          <TextField label={t("field.name")} hint={t("phones.name_hint")} value={of.name} wrong={about("name")} onInput={(name) => draft.set({ name })} required />
          <NumberField label={t("tokens.days")} value={of.days} wrong={about("expires_in_days")} onInput={(days) => draft.set({ days })} required />
        </>
      )}
    </Form>
  );
}

/** The forms of the sections that the person enters for. */
function Forms() {
  const list = useGet<ListPhoneFormsResponse>(below("phone-forms"));
  return (
    <section class="stack tight" aria-labelledby="forms-title">
      <h2 id="forms-title">{t("phones.forms")}</h2>
      <Reading of={list}>
        {list.data?.forms.length === 0 ? (
          <Empty>{t("phones.no_forms")}</Empty>
        ) : (
          <Table
            caption={t("phones.forms")}
            rows={list.data?.forms ?? []}
            keyOf={(one) => one.id}
            columns={[
              { head: t("entry.section"), names: true, cell: (one) => say(one.title) },
              { head: t("spine.indicators"), numeric: true, cell: (one) => number(one.indicator_codes.length) },
              { head: t("phones.questions"), numeric: true, cell: (one) => number(one.questions) },
              { head: t("phones.version"), cell: (one) => <code>{one.version}</code> },
            ]}
          />
        )}
      </Reading>
    </section>
  );
}

/** What phones sent, newest first; on its own tab what waits for somebody to look at it. */
function Sent() {
  const left = useParameter("sent") === "left";
  const query = `submissions?page_size=${PAGE_SIZE}${left ? "&only_left=true" : ""}`;
  const first = useGet<ListSubmissionsResponse>(below(query));
  return (
    <section class="stack tight" aria-labelledby="sent-title">
      <h2 id="sent-title">{t("phones.sent")}</h2>
      <Tabs label={t("phones.sent")} parameter="sent" views={[["all", t("phones.all")], ["left", t("phones.to_look_at")]]} />
      <Reading of={first}>{first.data && <Rows key={query} query={query} first={first.data} left={left} />}</Reading>
    </section>
  );
}

function Rows({ query, first, left }: { query: string; first: ListSubmissionsResponse; left: boolean }) {
  const [more, setMore] = useState<ListSubmissionsResponse[]>([]);
  const reading = useWrite();
  const rows = [first, ...more].flatMap((one) => one.submissions);
  const cursor = (more.at(-1) ?? first).next_cursor;
  if (rows.length === 0) return <Empty>{t(left ? "phones.nothing_left" : "phones.nothing_sent")}</Empty>;
  return (
    <>
      <Table
        caption={t("phones.sent")}
        rows={rows}
        keyOf={(one) => one.id}
        columns={[
          { head: t("field.date"), names: true, cell: (one) => <button type="button" class="number-link" onClick={() => openSubmission(one)}>{instant(one.recorded_at)}</button> },
          { head: t("entry.section"), cell: (one) => one.section },
          { head: t("field.period"), cell: (one) => period(one.period) },
          { head: t("field.area"), cell: (one) => one.area || t("area.whole") },
          { head: t("field.by"), cell: (one) => <Person id={one.recorded_by} /> },
          { head: t("phones.to_look_at"), wide: true, cell: (one) => <Doubts of={one} /> },
        ]}
      />
      <Trouble problem={reading.problem} />
      {cursor && (
        <div>
          <button type="button" class="button" disabled={reading.busy} onClick={() => void reading.run(async () => { const next = await read<ListSubmissionsResponse>(below(`${query}&cursor=${encodeURIComponent(cursor)}`)); setMore([...more, next]); })}>{t("action.more")}</button>
        </div>
      )}
    </>
  );
}

/** Why somebody should look. */
function Doubts({ of }: { of: Submission }) {
  const doubts = [of.left > 0 ? t("phones.left", { count: of.left }) : "", of.point_area ? t("phones.elsewhere") : ""].filter(Boolean);
  return <>{doubts.join("; ") || "–"}</>;
}

function openSubmission(of: Submission): void {
  openDrawer(t("phones.submission", { date: date(of.recorded_at) }), () => <SubmissionCard id={of.id} />);
}
