// Gives somebody a role in the mission; makes the account of who has none.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { ListAreasResponse } from "../api/types";
import { say, t } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { Choice, Choices, TextField } from "../parts/field";
import { Form } from "../parts/form";
import { below } from "../session";
import { CLASSIFICATIONS, COMPONENTS, ROLES } from "../words";

/** The form. */
export function MemberForm() {
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
