// Sign in: as a page of its own, or above a page whose session ended, which keeps what was typed.
import { useState } from "preact/hooks";
import { language, t, useLanguage } from "../i18n";
import { Dialog } from "../parts/dialog";
import { TextField } from "../parts/field";
import { Trouble } from "../parts/notice";
import { useWrite } from "../parts/write";
import { ended, session, signIn } from "../session";

function SignInForm() {
  const [email, setEmail] = useState(session.value?.account.email ?? "");
  const [password, setPassword] = useState("");
  const writing = useWrite();
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); void writing.run(() => signIn(email, password)); }}>
      <TextField label={t("sign_in.email")} type="email" autocomplete="username" value={email} onInput={setEmail} required />
      <TextField label={t("sign_in.password")} type="password" autocomplete="current-password" value={password} onInput={setPassword} required />
      <Trouble problem={writing.problem} />
      <button class="button primary" type="submit" disabled={writing.busy}>{writing.busy ? t("state.working") : t("sign_in.do")}</button>
    </form>
  );
}

/** Sign in. */
export function SignIn({ over }: { over?: boolean }) {
  if (over) {
    return (
      <Dialog title={t("sign_in.again")} onClose={() => (ended.value = false)}>
        <p>{t("sign_in.again_explain")}</p>
        <SignInForm />
      </Dialog>
    );
  }
  const other = language.value === "en" ? "fr" : "en";
  return (
    <div class="gate">
      <main>
        <div>
          <h1>CPAS</h1>
          <p class="soft">{t("sign_in.what")}</p>
        </div>
        <SignInForm />
        <button type="button" class="button quiet" onClick={() => void useLanguage(other)} lang={other}>{other === "fr" ? "Français" : "English"}</button>
      </main>
    </div>
  );
}
