// Lets a member sign in who came with a restored mission, by name only: an operator gives the first password.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire } from "../api/store";
import type { Member } from "../api/types";
import { t } from "../i18n";
import { closeDrawer } from "../parts/drawer";
import { useDraft } from "../parts/draft";
import { TextField } from "../parts/field";
import { Form } from "../parts/form";
import { below } from "../session";

/** The form. */
export function LetIn({ member }: { member: Member }) {
  // Nothing of it is kept in the browser: the draft is empty, the password is not in it.
  const draft = useDraft(`member.let-in.${member.id}`, {});
  const [password, setPassword] = useState("");
  return (
    <Form
      draft={draft}
      submit={t("members.let_in", { name: member.name })}
      onDone={closeDrawer}
      send={async () => {
        await write("POST", below(`members/${member.id}/invitation`), { password });
        expire(below("members"));
      }}
    >
      {(about) => (
        <>
          <p>{t("members.let_in_told", { email: member.email })}</p>
          <TextField label={t("members.password")} type="password" autocomplete="new-password" value={password} wrong={about("password")} onInput={setPassword} required />
        </>
      )}
    </Form>
  );
}
