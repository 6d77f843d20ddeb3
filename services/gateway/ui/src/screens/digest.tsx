// How often what waits comes by e-mail: the person's own choice in this mission.
import { useState } from "preact/hooks";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import { t } from "../i18n";
import { Choice } from "../parts/field";
import { Notice, Reading, Trouble } from "../parts/notice";
import { Problem } from "../api/problem";
import { useWrite } from "../parts/write";
import { below } from "../session";

/** The choice as it is stored. */
interface Digest {
  rhythm: string;
  email: string;
  hour_utc: number;
  remind_days: number;
  sends: boolean;
}

const RHYTHMS = ["daily", "weekly", "never"] as const;

/** The tab beside the members. */
export function DigestChoice() {
  const stored = useGet<Digest>(below("digest"));
  return <Reading of={stored}>{stored.data && <Chosen of={stored.data} />}</Reading>;
}

function Chosen({ of }: { of: Digest }) {
  const writing = useWrite();
  const [rhythm, setRhythm] = useState(of.rhythm);
  const [saved, setSaved] = useState(false);
  const problem = writing.problem instanceof Problem ? writing.problem : undefined;
  const save = async () => {
    setSaved(false);
    if (!(await writing.run(() => write("PUT", below("digest"), { rhythm }), rhythm))) return;
    setSaved(true);
    expire(below("digest"));
  };
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <p>{t("digest.about", { email: of.email, days: of.remind_days })}</p>
      {!of.sends && <Notice tone="careful">{t("digest.sends_none")}</Notice>}
      <Choice label={t("digest.rhythm")} value={rhythm} wrong={problem?.about("rhythm")} among={RHYTHMS.map((one) => [one, t(`digest.${one}`, { hour: of.hour_utc })] as const)} onInput={setRhythm} />
      <p class="soft small">{t("digest.safe")}</p>
      <Trouble problem={writing.problem} kept />
      {saved && <Notice tone="good">{t("digest.saved")}</Notice>}
      <div class="actions">
        <button class="button primary" type="submit" disabled={writing.busy || rhythm === of.rhythm}>{writing.busy ? t("state.saving") : t("action.save")}</button>
      </div>
    </form>
  );
}
