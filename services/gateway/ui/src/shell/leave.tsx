// Signing out: with changes that are not sent yet the person is asked first.
import { signal } from "@preact/signals";
import { t } from "../i18n";
import { Dialog } from "../parts/dialog";
import { signOut } from "../session";
import { unsent } from "./queued";

const asking = signal(false);

/** Signs out, or asks whether to. */
export function leave(): void {
  if (unsent.peek() > 0) asking.value = true;
  else void signOut();
}

/** The question, while it is asked. */
export function LeaveQuestion() {
  if (!asking.value) return null;
  const stay = () => (asking.value = false);
  const go = () => {
    stay();
    void signOut();
  };
  return (
    <Dialog title={t("offline.leave_title")} onClose={stay}>
      <p>{t("offline.leave", { count: unsent.value })}</p>
      <div class="row">
        <button type="button" class="button primary" onClick={stay}>{t("offline.stay")}</button>
        <button type="button" class="button" onClick={go}>{t("offline.leave_anyway")}</button>
      </div>
    </Dialog>
  );
}
