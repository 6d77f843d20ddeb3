// Members with their roles, and the API tokens of the person.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ApiToken, ListAreasResponse, Member } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, Choices, NumberField, TextField } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below, mayWrite, mission, missionCode } from "../session";
import { CLASSIFICATIONS, COMPONENTS, ROLES } from "../words";

/** The members page. */
export default function Members() {
  const view = useParameter("view") || "members";
  return (
    <>
      <PageHead title={t("spine.members")} />
      <div class="stack">
        <Tabs label={t("spine.members")} views={[["members", t("members.title")], ["tokens", t("tokens.title")]]} />
        {view === "tokens" ? <Tokens /> : <MemberList />}
      </div>
    </>
  );
}

function MemberList() {
  const list = useGet<{ members: Member[] }>(below("members"));
  const editable = mayWrite("coordinator", "hq_analyst");
  return (
    <Reading of={list}>
      <div class="stack">
        {editable && (
          <div><button type="button" class="button primary" onClick={() => openDrawer(t("members.add"), () => <MemberForm />)}>{t("members.add")}</button></div>
        )}
        <Table
          caption={t("members.title")}
          rows={list.data?.members ?? []}
          keyOf={(one) => one.id}
          columns={[
            { head: t("field.name"), names: true, cell: (one) => one.name },
            { head: t("sign_in.email"), cell: (one) => one.email },
            { head: t("members.role"), cell: (one) => word(one.role) },
            { head: t("members.scope"), cell: (one) => [one.component && word(one.component), one.section, ...(one.areas ?? [])].filter(Boolean).join(" · ") || t("area.whole") },
            { head: t("members.clearance"), cell: (one) => word(one.clearance) },
            ...(editable
              ? [{ head: <span class="unseen">{t("field.actions")}</span>, cell: (one: Member) => <WriteButton label={t("action.remove")} sure={t("members.remove_sure", { name: one.name, role: word(one.role) })} work={async () => { await write("DELETE", below(`members/${one.id}`)); expire(below("members")); }} /> }]
              : []),
          ]}
        />
      </div>
    </Reading>
  );
}

function MemberForm() {
  const draft = useDraft("member", { email: "", name: "", role: "contributor", component: "", section: "", areas: [] as string[], clearance: "unclassified" });
  const areas = useGet<ListAreasResponse>(below("areas"));
  // Never kept in the browser.
  const [password, setPassword] = useState("");
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("members.add")}
      onDone={closeDrawer}
      send={async (value) => {
        await write("POST", below("members"), { ...value, ...(password ? { password } : {}) });
        expire(below("members"));
      }}
    >
      {(about) => (
        <>
          <TextField label={t("sign_in.email")} type="email" value={of.email} wrong={about("email")} onInput={(email) => draft.set({ email })} required />
          <TextField label={t("field.name")} value={of.name} wrong={about("name")} onInput={(name) => draft.set({ name })} required />
          <div class="pair">
            <Choice label={t("members.role")} value={of.role} wrong={about("role")} among={ROLES} onInput={(role) => draft.set({ role })} />
            <Choice label={t("members.clearance")} value={of.clearance} wrong={about("clearance")} among={CLASSIFICATIONS} onInput={(clearance) => draft.set({ clearance })} />
            <Choice label={t("plan.component")} none={t("members.all")} value={of.component} wrong={about("component")} among={COMPONENTS} onInput={(component) => draft.set({ component })} />
            <TextField label={t("members.section")} hint={t("members.section_hint")} value={of.section} wrong={about("section")} onInput={(section) => draft.set({ section })} />
          </div>
          <Choices label={t("members.areas")} value={of.areas} onInput={(next) => draft.set({ areas: next })} among={(areas.data?.areas ?? []).map((area) => [area.code, say(area.name)] as const)} />
          <TextField label={t("members.password")} hint={t("members.password_hint")} type="password" autocomplete="new-password" value={password} wrong={about("password")} onInput={setPassword} />
        </>
      )}
    </Form>
  );
}

function Tokens() {
  const list = useGet<{ tokens: ApiToken[] }>("/tokens");
  const [made, setMade] = useState<ApiToken | null>(null);
  return (
    <Reading of={list}>
      <div class="stack">
        <div><button type="button" class="button primary" onClick={() => openDrawer(t("tokens.make"), () => <TokenForm onMade={setMade} />)}>{t("tokens.make")}</button></div>
        {made?.token && <Notice tone="good"><p>{t("tokens.once")}</p><p><code>{made.token}</code></p></Notice>}
        {list.data?.tokens.length === 0 ? (
          <Empty>{t("tokens.none")}</Empty>
        ) : (
          <Table
            caption={t("tokens.title")}
            rows={list.data?.tokens ?? []}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.name"), names: true, cell: (one) => one.name },
              { head: t("missions.mission"), cell: (one) => one.mission },
              { head: t("missions.roles"), cell: (one) => one.roles.map(word).join(", ") },
              { head: t("tokens.expires"), cell: (one) => date(one.expires_at) },
              { head: <span class="unseen">{t("field.actions")}</span>, cell: (one) => <WriteButton danger label={t("tokens.revoke")} sure={t("tokens.revoke_sure", { name: one.name })} work={async () => { await write("DELETE", `/tokens/${one.id}`); expire("/tokens"); }} /> },
            ]}
          />
        )}
      </div>
    </Reading>
  );
}

function TokenForm({ onMade }: { onMade: (made: ApiToken) => void }) {
  const draft = useDraft("token", { name: "", roles: [] as string[], days: "90" });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("tokens.make")}
      onDone={closeDrawer}
      send={async (value) => {
        onMade(await write<ApiToken>("POST", "/tokens", { name: value.name, mission: missionCode.value, roles: value.roles, expires_in_days: Number(value.days) || 90 }));
        expire("/tokens");
      }}
    >
      {(about) => (
        <>
          <TextField label={t("field.name")} hint={t("tokens.name_hint")} value={of.name} wrong={about("name")} onInput={(name) => draft.set({ name })} required />
          <Choices label={t("missions.roles")} value={of.roles} onInput={(roles) => draft.set({ roles })} among={(mission.value?.roles ?? []).map((role) => [role, word(role)] as const)} />
          <NumberField label={t("tokens.days")} value={of.days} wrong={about("expires_in_days")} onInput={(days) => draft.set({ days })} required />
        </>
      )}
    </Form>
  );
}
