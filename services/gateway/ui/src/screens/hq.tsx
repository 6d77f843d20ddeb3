// Headquarters: all missions side by side, outside of any. Each mission that is read here sees it.
import { Link } from "wouter-preact";
import { language, t } from "../i18n";
import { Empty, Notice } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { chooseLanguage, session } from "../session";
import { Comparison } from "./hq-compare";
import { HeatMap } from "./hq-heat";
import { LateMissions } from "./hq-late";
import { Recommendations } from "./hq-recommendations";
import { Themes } from "./hq-themes";
import { TimeLines } from "./hq-time-lines";

/** The screen of headquarters. */
export default function Headquarters() {
  const view = useParameter("view") || "indicators";
  const other = language.value === "en" ? "fr" : "en";
  return (
    <main id="main" class="stack" tabIndex={-1}>
      <PageHead title={t("hq.title")} sub={<Link href="/">{t("missions.title")}</Link>}>
        <button type="button" class="button quiet" lang={other} onClick={() => void chooseLanguage(other)}>
          <span aria-hidden="true">{other.toUpperCase()}</span>
          <span class="unseen">{t("shell.switch_language")}</span>
        </button>
      </PageHead>
      {!session.value?.account.hq ? (
        <Empty action={<Link class="button" href="/">{t("missions.title")}</Link>}>{t("hq.only")}</Empty>
      ) : (
        <>
          <Notice>{t("hq.seen")}</Notice>
          <Tabs label={t("hq.title")} views={[["indicators", t("hq.indicators")], ["missions", t("hq.missions")], ["late", t("hq.late")], ["recommendations", t("hq.recommendations")], ["themes", t("hq.themes")], ["time", t("timeline.title")]]} />
          {view === "missions" ? <Comparison /> : view === "late" ? <LateMissions /> : view === "recommendations" ? <Recommendations /> : view === "themes" ? <Themes /> : view === "time" ? <TimeLines /> : <HeatMap />}
        </>
      )}
    </main>
  );
}
