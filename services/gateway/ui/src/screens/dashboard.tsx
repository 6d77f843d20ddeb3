// One dashboard: its tiles from one answer, narrowed by what the address asks; full screen, in print, copied, removed.
import { useEffect, useRef } from "preact/hooks";
import { Link, useLocation, useSearch } from "wouter-preact";
import { fileAddress, write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { Dashboard, DashboardData } from "../api/types";
import { language, say, t } from "../i18n";
import { instant } from "../i18n/format";
import { DownloadMenu } from "../parts/download-menu";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { PageHead, useParameter, useSetParameter } from "../parts/page";
import { Person } from "../parts/person";
import { Classification } from "../parts/status";
import { below, mayWrite, page } from "../session";
import { Builder } from "./dashboard-build";
import { Feed } from "./dashboard-feed";
import { Filters } from "./dashboard-filters";
import { dataQuery } from "./dashboard-model";
import { Tile } from "./dashboard-tile";
import { BUILDING, Copy } from "./dashboards";

/** What it is taken away as. */
const FORMATS = ["pdf", "docx", "xlsx", "html", "csv"] as const;

/** The page of a dashboard. */
export function DashboardPage({ id }: { id: string }) {
  const search = useSearch();
  const found = useGet<Dashboard>(below(`dashboards/${id}`));
  const dashboard = found.data;
  const builds = useParameter("build") === "1" && dashboard?.may_change && mayWrite(...BUILDING);
  // Asked for at once with the dashboard: they do not wait for each other.
  const data = useGet<DashboardData>(builds ? null : below(`dashboards/${id}/data${dataQuery(search)}`));
  // While another filter is asked for, the tiles stand as they were.
  const last = useRef<DashboardData>();
  if (data.data) last.current = data.data;
  const shown = data.data ?? last.current;
  if (builds && dashboard) return <Builder key={dashboard.id} of={dashboard} />;
  return (
    <Reading of={found}>
      {dashboard && (
        <>
          <PageHead title={say(dashboard.title)} sub={<Facts of={dashboard} data={shown} />}>
            <Actions of={dashboard} />
          </PageHead>
          <div class="stack">
            <Filters applied={shown?.filters ?? null} />
            <Reading of={{ ...data, data: shown }}>
              {dashboard.tiles.length === 0 ? (
                <Empty>{t("dashboard.no_tiles")}</Empty>
              ) : (
                <div class="tile-frame"><div class="tiles" aria-busy={data.data === undefined ? "true" : undefined}>
                  {dashboard.tiles.map((tile) => <Tile key={tile.id} tile={tile} data={shown?.tiles.find((one) => one.tile_id === tile.id)} all={shown} />)}
                </div></div>
              )}
            </Reading>
          </div>
        </>
      )}
    </Reading>
  );
}

function Facts({ of, data }: { of: Dashboard; data: DashboardData | undefined }) {
  return (
    <>
      <span>{of.id === "ready" ? t("dashboard.ready") : t(of.shared ? "dashboard.shared" : "dashboard.private")}</span>
      {of.made_by && <span>{t("dashboard.made_by")} <Person id={of.made_by} /></span>}
      <Classification of={of.classification} />
      {data?.known_at && <span>{t("home.known_at", { at: instant(data.known_at) })}</span>}
    </>
  );
}

function Actions({ of }: { of: Dashboard }) {
  const [path, go] = useLocation();
  const full = useParameter("full") === "1";
  const set = useSetParameter();
  useEffect(() => {
    // The frame goes away by a word on the page, so that an address that was sent shows the same.
    document.documentElement.toggleAttribute("data-full", full);
    return () => document.documentElement.removeAttribute("data-full");
  }, [full]);
  useEffect(() => {
    const left = () => !document.fullscreenElement && new URLSearchParams(location.search).has("full") && set("full", "");
    document.addEventListener("fullscreenchange", left);
    return () => document.removeEventListener("fullscreenchange", left);
  });
  const toFull = () => {
    set("full", full ? "" : "1");
    // A browser that has no full screen, or refuses it, shows the page without its frame.
    if (full) void document.exitFullscreen?.().catch(() => undefined);
    else void document.documentElement.requestFullscreen?.().catch(() => undefined);
  };
  const remove = async () => {
    await write<Dashboard>("POST", below(`dashboards/${of.id}/remove`), {}, { version: of.version });
    expire(below("dashboards"));
    go(page("dashboards?removed=1"));
  };
  const changes = of.may_change && mayWrite(...BUILDING);
  return (
    <>
      {changes && <Link class="button primary" href={`${path}?build=1`}>{t("dashboard.change")}</Link>}
      {mayWrite(...BUILDING) && <Copy of={of} />}
      <button type="button" class="button" onClick={toFull}>{t(full ? "dashboard.leave_full" : "dashboard.full")}</button>
      <DownloadMenu id="dashboard-download" label={t("dashboard.download")} name={t("dashboard.download")}>
        {FORMATS.map((format) => <a key={format} href={fileAddress(below(`dashboards/${of.id}/document.${format}?language=${language.value}`))} download>{t(`dashboard.as_${format}`)}</a>)}
        <button type="button" class="button quiet" popovertarget="dashboard-download" popovertargetaction="hide" onClick={() => openDrawer(t("dashboard.feed"), () => <Feed id={of.id} />)}>{t("dashboard.feed")}</button>
        <p class="soft small">{t("dashboard.download_told")}</p>
      </DownloadMenu>
      <button type="button" class="button" onClick={() => print()}>{t("dashboard.print")}</button>
      {changes && <WriteButton danger sure={t("dashboard.remove_sure")} label={t("action.remove")} work={remove} />}
    </>
  );
}
