// Dashboards: the one that comes with the plan and those that people built; one of them; building one.
import { Link, useLocation, useSearch } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Dashboard, ListDashboardsResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { date } from "../i18n/format";
import { WriteButton } from "../parts/form";
import { Notice, Reading } from "../parts/notice";
import { PageHead, useParameter } from "../parts/page";
import { Person } from "../parts/person";
import { Classification } from "../parts/status";
import { Table } from "../parts/table";
import { below, mayWrite, page } from "../session";
import { NewDashboard } from "./dashboard-build";
import { DashboardPage } from "./dashboard";

/** Roles that build dashboards. */
export const BUILDING = ["contributor", "focal_point", "verifier", "component_head", "coordinator", "adviser", "leadership"] as const;

/** The list, one dashboard, or a new one. */
export default function Dashboards({ id }: { id?: string | undefined }) {
  if (id === "new") return <NewDashboard />;
  return id ? <DashboardPage key={id} id={id} /> : <List />;
}

function List() {
  const list = useGet<ListDashboardsResponse>(below("dashboards"));
  const removed = useParameter("removed") === "1";
  const builds = mayWrite(...BUILDING);
  return (
    <>
      <PageHead title={t("spine.dashboards")}>{builds && <Link class="button primary" href={page("dashboards/new")}>{t("dashboard.build")}</Link>}</PageHead>
      <div class="stack">
        <Reading of={list}>
          <Table
            caption={t("spine.dashboards")}
            rows={list.data?.dashboards ?? []}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.title"), names: true, cell: (one) => <><Link href={page(`dashboards/${one.id}`)}>{say(one.title)}</Link> <Classification of={one.classification} /></> },
              { head: t("dashboard.whose"), cell: (one) => <Whose of={one} /> },
              { head: t("dashboard.shows"), cell: (one) => shows(one) },
              { head: t("dashboard.changed"), cell: (one) => date(one.recorded_at) || t("figure.missing") },
              ...(builds ? [{ head: t("field.actions"), cell: (one: Dashboard) => <Copy of={one} /> }] : []),
            ]}
          />
        </Reading>
        {builds && (removed ? <Removed /> : <p><Link href={page("dashboards?removed=1")}>{t("dashboard.show_removed")}</Link></p>)}
      </div>
    </>
  );
}

/** How many tiles, and of which kinds. */
function shows(of: Dashboard): string {
  const kinds = [...new Set(of.tiles.map((tile) => tile.kind))].map((kind) => word(`tile_${kind}`));
  return `${t("dashboard.tiles", { count: of.tiles.length })}${kinds.length ? `: ${kinds.join(", ")}` : ""}`;
}

function Whose({ of }: { of: Dashboard }) {
  if (of.id === "ready") return <>{t("dashboard.ready")}</>;
  if (!of.shared) return <>{t("dashboard.private")}</>;
  return <>{t("dashboard.shared")}{!of.mine && <>, <Person id={of.made_by} /></>}</>;
}

/** One's own of another; it opens to be changed. */
export function Copy({ of }: { of: Dashboard }) {
  const [, go] = useLocation();
  const copy = async () => {
    const made = await write<Dashboard>("POST", below(`dashboards/${of.id}/copy`), {});
    expire(below("dashboards"));
    go(page(`dashboards/${made.id}?build=1`));
  };
  return <WriteButton label={<>{t("dashboard.copy")}<span class="unseen"> {say(of.title)}</span></>} work={copy} />;
}

/** What was removed, with a way back. */
function Removed() {
  const list = useGet<ListDashboardsResponse>(below("dashboards?removed=true"));
  const [path, go] = useLocation();
  const search = useSearch();
  const rows = list.data?.dashboards ?? [];
  const restore = (of: Dashboard) => async () => {
    await write<Dashboard>("POST", below(`dashboards/${of.id}/restore`), {}, { version: of.version });
    expire(below("dashboards"));
    if (search && rows.length === 1) go(path, { replace: true });
  };
  return (
    <section class="stack tight" aria-labelledby="removed">
      <h2 id="removed">{t("dashboard.removed")}</h2>
      <Reading of={list}>
        {rows.length === 0 ? (
          <Notice>{t("dashboard.none_removed")}</Notice>
        ) : (
          <Table
            caption={t("dashboard.removed")}
            rows={rows}
            keyOf={(one) => one.id}
            columns={[
              { head: t("field.title"), names: true, cell: (one) => say(one.title) },
              { head: t("dashboard.whose"), cell: (one) => <Whose of={one} /> },
              { head: t("dashboard.removed_at"), cell: (one) => date(one.removed_at) },
              { head: t("field.actions"), cell: (one) => <WriteButton label={<>{t("dashboard.restore")}<span class="unseen"> {say(one.title)}</span></>} work={restore(one)} /> },
            ]}
          />
        )}
      </Reading>
    </section>
  );
}
