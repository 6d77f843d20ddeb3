// Where Excel, Power BI and other programs read what the dashboard shows, and how.
import { Link } from "wouter-preact";
import { t } from "../i18n";
import { closeDrawer } from "../parts/drawer";
import { missionCode, page } from "../session";

/** The address of the dashboard's tables, and the steps to it. */
export function Feed({ id }: { id: string }) {
  return (
    <div class="stack">
      <p>{t("dashboard.feed_about")}</p>
      <p><code>{`${location.origin}/odata/v4/${missionCode.value}/dashboards/${id}/`}</code></p>
      <ol class="steps">
        <li>{t("dashboard.feed_token")} <Link href={page("members?view=tokens")} onClick={closeDrawer}>{t("dashboard.feed_tokens")}</Link></li>
        <li>{t("dashboard.feed_excel")}</li>
        <li>{t("dashboard.feed_power_bi")}</li>
        <li>{t("dashboard.feed_sign_in")}</li>
        <li>{t("dashboard.feed_tiles")}</li>
      </ol>
    </div>
  );
}
