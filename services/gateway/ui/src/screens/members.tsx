// Members with their roles; beside them the API tokens of the person, and how often what waits comes by e-mail,
// what other systems are told, and who read the mission from outside.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListAreasResponse, Member } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, Choices, TextField } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below, may, mayWrite } from "../session";
import { DigestChoice } from "./digest";
import { OutsideReads } from "./outside-reads";
import { Tokens } from "./tokens";
import { Webhooks } from "./webhooks";
import { CLASSIFICATIONS, COMPONENTS, ROLES } from "../words";

/** The members page. */
export default function Members() {
  const view = useParameter("view") || "members";
  return (
    <>
      <PageHead title={t("spine.members")} />
      <div class="stack">
        <Tabs label={t("spine.members")} views={[["members", t("members.title")], ["tokens", t("tokens.title")], ["digest", t("digest.title")], ...(mayWrite("coordinator") ? [["webhooks", t("webhooks.title")] as const] : []), ...(may("auditor", "coordinator", "leadership") ? [["reads", t("reads.title")] as const] : [])]} />
        {view === "tokens" ? <Tokens /> : view === "webhooks" ? <Webhooks /> : view === "digest" ? <DigestChoice /> : view === "reads" ? <OutsideReads /> : <MemberList />}
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
