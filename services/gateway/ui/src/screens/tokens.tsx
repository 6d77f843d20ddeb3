// The API tokens of the person, and how a spreadsheet reads the mission's tables with one.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ApiToken } from "../api/types";
import { t, word } from "../i18n";
import { date } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choices, NumberField, TextField } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { Table } from "../parts/table";
import { isStaff, mission, missionCode } from "../session";

/** Tokens of the person, in all missions. */
export function Tokens() {
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
              { head: t("tokens.may"), cell: (one) => t(one.phones_only ? "tokens.fills" : one.read_only ? "tokens.reads" : "tokens.writes") },
              { head: t("tokens.expires"), cell: (one) => date(one.expires_at) },
              { head: <span class="unseen">{t("field.actions")}</span>, cell: (one) => <WriteButton danger label={t("tokens.revoke")} sure={t("tokens.revoke_sure", { name: one.name })} work={async () => { await write("DELETE", `/tokens/${one.id}`); expire("/tokens"); }} /> },
            ]}
          />
        )}
        {isStaff() && <Tables />}
      </div>
    </Reading>
  );
}

/** Where spreadsheets and dashboards read. */
function Tables() {
  const address = `${location.origin}/odata/v4/${missionCode.value}/`;
  return (
    <section class="stack tight" aria-labelledby="odata-title">
      <h2 id="odata-title">{t("odata.title")}</h2>
      <p>{t("odata.about")}</p>
      <p><code>{address}</code></p>
      <ol class="steps">
        <li>{t("odata.token")}</li>
        <li>{t("odata.excel")}</li>
        <li>{t("odata.power_bi")}</li>
        <li>{t("odata.sign_in")}</li>
      </ol>
      <p class="soft">{t("odata.care")}</p>
    </section>
  );
}

function TokenForm({ onMade }: { onMade: (made: ApiToken) => void }) {
  const draft = useDraft("token", { name: "", roles: [] as string[], days: "90", reads: true });
  const of = draft.value;
  return (
    <Form
      draft={draft}
      submit={t("tokens.make")}
      onDone={closeDrawer}
      send={async (value) => {
        onMade(await write<ApiToken>("POST", "/tokens", { name: value.name, mission: missionCode.value, roles: value.roles, expires_in_days: Number(value.days) || 90, read_only: value.reads }));
        expire("/tokens");
      }}
    >
      {(about) => (
        <>
          <TextField label={t("field.name")} hint={t("tokens.name_hint")} value={of.name} wrong={about("name")} onInput={(name) => draft.set({ name })} required />
          <Choices label={t("missions.roles")} value={of.roles} onInput={(roles) => draft.set({ roles })} among={(mission.value?.roles ?? []).map((role) => [role, word(role)] as const)} />
          <label class="row">
            <input type="checkbox" checked={of.reads} onChange={(event) => draft.set({ reads: event.currentTarget.checked })} />
            {t("tokens.only_reads")}
          </label>
          <NumberField label={t("tokens.days")} value={of.days} wrong={about("expires_in_days")} onInput={(days) => draft.set({ days })} required />
        </>
      )}
    </Form>
  );
}
