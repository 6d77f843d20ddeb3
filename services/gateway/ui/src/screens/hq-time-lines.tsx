// Lines of time of several missions, one below the other, over the same months.
import { useGet } from "../api/store";
import type { TimeLinesAcrossMissions } from "../api/types";
import { t } from "../i18n";
import { Choices } from "../parts/field";
import { Empty, Reading } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { session } from "../session";
import { Months, OneLine, Told, useMonths } from "./time-line";

/** At first, so that each mission that is read was chosen or is one of few. */
const FIRST = 3;
const MOST = 6;

export function TimeLines() {
  const all = session.value?.missions ?? [];
  const asked = useParameter("missions");
  const set = useSetParameter();
  const chosen = asked ? asked.split(",").filter((code) => all.some((one) => one.code === code)) : all.slice(0, FIRST).map((one) => one.code);
  return (
    <div class="stack">
      <section class="card stack" aria-labelledby="hq-time">
        <h2 id="hq-time">{t("timeline.title")}</h2>
        <Told />
        <Choices label={t("hq.missions_at_most", { count: MOST })} value={chosen} among={all.map((one) => [one.code, `${one.code} · ${one.name}`] as const)} onInput={(value) => set("missions", value.slice(0, MOST).join(","))} />
        <Months />
      </section>
      {chosen.length === 0 ? <Empty>{t("hq.choose_missions")}</Empty> : <Lines codes={chosen} />}
    </div>
  );
}

function Lines({ codes }: { codes: readonly string[] }) {
  const months = useMonths();
  const read = useGet<TimeLinesAcrossMissions>(`/hq/time-lines?missions=${codes.join(",")}${months ? `&${months}` : ""}`);
  const missions = session.value?.missions ?? [];
  return (
    <Reading of={read}>
      {read.data?.lines.map((line) => {
        const code = line.mission?.code ?? "";
        return <OneLine key={code} of={line} title={`${code} · ${line.mission?.name ?? ""}`} base={`/m/${code}`} fiscalStart={missions.find((one) => one.code === code)?.fiscal_year_start_month ?? 7} />;
      })}
    </Reading>
  );
}
