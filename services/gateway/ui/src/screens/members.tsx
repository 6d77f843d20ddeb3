// Members with their roles; beside them the API tokens of the person, and how often what waits comes by e-mail,
// what other systems are told, and who read the mission from outside.
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Member } from "../api/types";
import { t, word } from "../i18n";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below, may, mayWrite, session } from "../session";
import { DigestChoice } from "./digest";
import { LetIn } from "./member-let-in";
import { MemberForm } from "./member-form";
import { OutsideReads } from "./outside-reads";
import { Tokens } from "./tokens";
import { Webhooks } from "./webhooks";

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
  const operator = session.value?.account.operator;
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
            { head: t("field.name"), names: true, cell: (one) => <>{one.name}{!one.signs_in && <span class="tag">{t("members.by_name")}</span>}</> },
            { head: t("sign_in.email"), cell: (one) => one.email },
            { head: t("members.role"), cell: (one) => word(one.role) },
            { head: t("members.scope"), cell: (one) => [one.component && word(one.component), one.section, ...(one.areas ?? [])].filter(Boolean).join(" · ") || t("area.whole") },
            { head: t("members.clearance"), cell: (one) => word(one.clearance) },
            ...(operator && list.data?.members.some((one) => !one.signs_in)
              ? [{ head: t("members.sign_in"), cell: (one: Member) => (one.signs_in ? null : <button type="button" class="button" onClick={() => openDrawer(t("members.let_in", { name: one.name }), () => <LetIn member={one} />)}>{t("members.let_in", { name: one.name })}</button>) }]
              : []),
            ...(editable
              ? [{ head: <span class="unseen">{t("field.actions")}</span>, cell: (one: Member) => <WriteButton label={t("action.remove")} sure={t("members.remove_sure", { name: one.name, role: word(one.role) })} work={async () => { await write("DELETE", below(`members/${one.id}`)); expire(below("members")); }} /> }]
              : []),
          ]}
        />
      </div>
    </Reading>
  );
}
