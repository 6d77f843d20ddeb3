// Which mission? With one only, straight to it.
import { useEffect } from "preact/hooks";
import { Link, Redirect } from "wouter-preact";
import { t, word } from "../i18n";
import { Empty } from "../parts/notice";
import { State } from "../parts/status";
import { Table } from "../parts/table";
import { missionCode, missionName, session } from "../session";
import { leave, LeaveQuestion } from "../shell/leave";

/** The missions of the person. */
export function MissionChoice() {
  const missions = session.value?.missions ?? [];
  useEffect(() => {
    document.title = `${t("missions.title")} · CPAS`;
  });
  const [only] = missions;
  if (missions.length === 1 && only && !session.value?.account.operator && missionCode.value === null) return <Redirect to={`/m/${only.code}`} />;
  return (
    <div class="gate wide">
      <main>
        <h1>{t("missions.title")}</h1>
        {missions.length === 0 ? (
          <Empty>{t("missions.none")}</Empty>
        ) : (
          <Table
            caption={t("missions.title")}
            rows={missions}
            keyOf={(one) => one.code}
            columns={[
              { head: t("missions.mission"), names: true, cell: (one) => <Link href={`/m/${one.code}`}><b>{one.code}</b> {missionName(one)}</Link> },
              { head: t("missions.state"), cell: (one) => <State of={one.state} /> },
              { head: t("missions.roles"), cell: (one) => one.roles.map(word).join(", ") },
            ]}
          />
        )}
        <div class="row">
          {session.value?.account.hq && <Link class="button primary" href="/hq">{t("missions.across")}</Link>}
          {session.value?.account.operator && <Link class="button primary" href="/installation">{t("missions.installation")}</Link>}
          <button type="button" class="button" onClick={leave}>{t("shell.sign_out")}</button>
          <LeaveQuestion />
        </div>
      </main>
    </div>
  );
}
