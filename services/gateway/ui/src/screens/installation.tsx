// The missions of the installation, for an operator: opened here, and closed.
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { KeptMission } from "../api/types";
import { language, t } from "../i18n";
import { useDraft } from "../parts/draft";
import { Choice, NumberField, TextField, numberOf } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter, useSetParameter } from "../parts/page";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { chooseLanguage, confirm, missionName, session } from "../session";
import { Closing } from "./closing";

const LANGUAGES: Record<string, string[]> = { both: ["en", "fr"], en: ["en"], fr: ["fr"] };

/** The screen of an operator. */
export default function Installation() {
  const view = useParameter("view") || "list";
  const other = language.value === "en" ? "fr" : "en";
  return (
    <main id="main" class="stack" tabIndex={-1}>
      <PageHead title={t("installation.title")} sub={<Link href="/">{t("missions.title")}</Link>}>
        <button type="button" class="button quiet" lang={other} onClick={() => void chooseLanguage(other)}>
          <span aria-hidden="true">{other.toUpperCase()}</span>
          <span class="unseen">{t("shell.switch_language")}</span>
        </button>
      </PageHead>
      {!session.value?.account.operator ? (
        <Empty action={<Link class="button" href="/">{t("missions.title")}</Link>}>{t("installation.only")}</Empty>
      ) : (
        <>
          <Tabs label={t("installation.title")} views={[["list", t("installation.list")], ["open", t("installation.open")]]} />
          {view === "open" ? <OpenMission /> : <List />}
        </>
      )}
    </main>
  );
}

function List() {
  const read = useGet<{ missions: KeptMission[] }>("/missions");
  const asked = useParameter("mission");
  const set = useSetParameter();
  const missions = read.data?.missions ?? [];
  const chosen = missions.find((one) => one.code === asked);
  return (
    <Reading of={read}>
      {missions.length === 0 ? (
        <Empty action={<Link class="button primary" href="/installation?view=open">{t("installation.open")}</Link>}>{t("installation.none")}</Empty>
      ) : (
        <Table
          caption={t("installation.list")}
          rows={missions}
          keyOf={(one) => one.code}
          columns={[
            { head: t("missions.mission"), names: true, cell: (one) => <><b>{one.code}</b> {missionName(one)}</> },
            { head: t("missions.state"), cell: (one) => <State of={one.state} /> },
            { head: t("closing.title"), cell: (one) => <button type="button" class="button" aria-expanded={one.code === asked} onClick={() => set("mission", one.code === asked ? "" : one.code)}>{t("closing.choose")}<span class="unseen"> {one.code}</span></button> },
          ]}
        />
      )}
      {chosen && <Closing key={chosen.code} of={chosen} steps />}
    </Reading>
  );
}

const NEW = { code: "", name: "", name_fr: "", countries: "", languages: "both", month: "7", coordinator: "myself", email: "", person: "" };

function OpenMission() {
  const draft = useDraft("mission.new", NEW);
  const [, go] = useLocation();
  // Never kept in the browser.
  const [password, setPassword] = useState("");
  const [opened, setOpened] = useState<{ code: string; name: string } | null>(null);
  const of = draft.value;
  if (opened) return <Notice tone="good">{t("installation.opened", opened)}</Notice>;
  return (
    <section class="card stack" aria-labelledby="open-title">
      <h2 id="open-title">{t("installation.open")}</h2>
      <Form
        draft={draft}
        submit={t("installation.open")}
        send={async (value) => {
          const { code } = value;
          // Tried again after the mission was opened and its coordinator refused: only that is left to do.
          const there = (session.peek()?.missions ?? []).some((one) => one.code === code) || made === code;
          if (!there) {
            const countries = value.countries.split(",").map((one) => one.trim()).filter(Boolean);
            await write("POST", "/missions", { code, name: value.name, name_fr: value.name_fr, countries, languages: LANGUAGES[value.languages], fiscal_year_start_month: numberOf(value.month) ?? 0 });
            made = code;
            expire("/missions");
          }
          const account = session.peek()?.account;
          const myself = value.coordinator === "myself";
          const person = myself ? { email: account?.email, name: account?.name } : { email: value.email, name: value.person, password };
          await write("POST", `/missions/${code}/members`, { ...person, role: "coordinator", clearance: "confidential" });
          made = "";
          if (myself) {
            await confirm();
            go(`/m/${code}/setup`);
          } else setOpened({ code, name: value.person });
        }}
      >
        {(about) => (
          <>
            <div class="pair">
              <TextField label={t("installation.code")} hint={t("installation.code_hint")} value={of.code} wrong={about("code")} onInput={(code) => draft.set({ code })} required />
              <TextField label={t("installation.countries")} hint={t("installation.countries_hint")} value={of.countries} wrong={about("countries")} onInput={(countries) => draft.set({ countries })} />
              <TextField label={t("installation.name")} value={of.name} wrong={about("name")} onInput={(name) => draft.set({ name })} required />
              <TextField label={t("installation.name_fr")} value={of.name_fr} wrong={about("name_fr")} onInput={(name_fr) => draft.set({ name_fr })} />
              <Choice label={t("installation.languages")} value={of.languages} among={[["both", t("installation.language_both")], ["en", t("installation.language_en")], ["fr", t("installation.language_fr")]]} onInput={(languages) => draft.set({ languages })} />
              <NumberField label={t("installation.month")} value={of.month} wrong={about("fiscal_year_start_month")} onInput={(month) => draft.set({ month })} required />
            </div>
            <Choice label={t("installation.coordinator")} value={of.coordinator} among={[["myself", t("installation.myself")], ["someone", t("installation.someone")]]} onInput={(coordinator) => draft.set({ coordinator })} />
            {of.coordinator === "someone" && (
              <div class="pair">
                <TextField label={t("installation.email")} type="email" value={of.email} wrong={about("email")} onInput={(email) => draft.set({ email })} required />
                <TextField label={t("installation.person")} value={of.person} onInput={(person) => draft.set({ person })} required />
                <TextField label={t("installation.password")} hint={t("installation.password_hint")} type="password" autocomplete="new-password" value={password} wrong={about("password")} onInput={setPassword} />
              </div>
            )}
          </>
        )}
      </Form>
    </section>
  );
}

/** The mission that was opened by a form whose coordinator was refused. */
let made = "";
