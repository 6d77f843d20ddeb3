// The frame of every page of a mission: header, spine, page, drawer.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { connected } from "../api/live";
import { t } from "../i18n";
import { drawer, DrawerPlace } from "../parts/drawer";
import { Icon, type IconName } from "../parts/icon";
import { ImportStrip } from "../parts/import-strip";
import { Notice } from "../parts/notice";
import { confirmed, isStaff, may, mission, missionCode, page, session } from "../session";
import { Header } from "./header";
import { LeaveQuestion } from "./leave";
import { Search } from "./search";
import { Shortcuts, useShortcuts } from "./shortcuts";
import { newVersion } from "./update";

export type SpineItem = readonly [path: string, label: Parameters<typeof t>[0]];
interface Group {
  name: string;
  icon: IconName;
  label: Parameters<typeof t>[0];
  items: readonly SpineItem[];
}

/** The cycle, and the pages in each of its parts. */
export const CYCLE: readonly Group[] = [
  { name: "context", icon: "context", label: "spine.context", items: [["context", "spine.areas"], ["stakeholders", "spine.stakeholders"]] },
  { name: "plan", icon: "plan", label: "spine.plan", items: [["plan", "spine.framework"], ["indicators", "spine.indicators"], ["library", "spine.library"]] },
  { name: "data", icon: "data", label: "spine.data", items: [["entry", "spine.entry"], ["tasks", "spine.tasks"], ["data", "spine.observations"], ["imports", "spine.imports"], ["phones", "spine.phones"], ["quality", "spine.quality"], ["rules", "spine.rules"], ["locks", "spine.locks"]] },
  { name: "assess", icon: "assess", label: "spine.assess", items: [["assessments", "spine.assessments"], ["recommendations", "spine.recommendations"]] },
  { name: "report", icon: "report", label: "spine.report", items: [["leadership", "spine.leadership"], ["dashboards", "spine.dashboards"], ["fact-sheets", "spine.fact_sheets"], ["subscriptions", "spine.subscriptions"]] },
];

/** What a reader may open; everything else is the work of the mission's staff. */
const PUBLISHED = ["context", "plan", "indicators", "fact-sheets", "members"];

/** Who answers for the whole mission, or looks at all of them. */
const OVERSEEING = ["leadership", "component_head", "coordinator", "hq_analyst"];

/** True when a page is there for the person. */
export function opens(path: string): boolean {
  if (path === "leadership") return may(...OVERSEEING);
  return isStaff() || PUBLISHED.includes(path);
}

const ALSO: Record<string, string> = { "context-maps": "context", workshop: "assessments" };

/** The shell around a page; `at` is the first part of the path below the mission. */
export function Shell({ at, children }: { at: string; children: ComponentChildren }) {
  const searching = useSignal(false);
  const helping = useSignal(false);
  const [, go] = useLocation();
  const here = ALSO[at] ?? at;
  useShortcuts({
    search: () => (searching.value = true),
    help: () => (helping.value = true),
    go: (to) => go(page(to)),
  });
  useEffect(() => {
    searching.value = false;
  }, [at]);
  const cycle = CYCLE.map((one) => ({ ...one, items: one.items.filter(([path]) => opens(path)) })).filter((one) => one.items.length > 0);
  const group = cycle.find((one) => one.items.some(([path]) => path === here));
  return (
    <div class={drawer.value && !drawer.value.wide ? "shell with-drawer" : "shell"}>
      <a class="skip" href="#main">{t("shell.skip")}</a>
      <Header onSearch={() => (searching.value = true)} onHelp={() => (helping.value = true)} />
      <nav class="spine" aria-label={t("spine.label")}>
        <ul>
          {cycle.map((one) => (
            <li class="group" key={one.name}>
              <Link href={page(one.items[0]?.[0])} aria-current={one === group && one.items.length === 1 ? "page" : undefined} class={one === group ? "here" : undefined}>
                <Icon name={one.icon} />
                {t(one.label)}
              </Link>
              {one.items.length > 1 && (
                <ul>
                  {one.items.map(([path, label]) => (
                    <li key={path}>
                      <Link href={page(path)} aria-current={path === here ? "page" : undefined}>{t(label)}</Link>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
      </nav>
      <main class="main" id="main" tabIndex={-1}>
        {group && group.items.length > 1 && (
          <nav class="subnav" aria-label={`${t("spine.label")}: ${t(group.label)}`}>
            {group.items.map(([path, label]) => (
              <Link key={path} href={page(path)} aria-current={path === here ? "page" : undefined}>{t(label)}</Link>
            ))}
          </nav>
        )}
        {!connected.value && <NoLine at={here} />}
        {newVersion.value && <Notice action={<button type="button" class="button" onClick={() => location.reload()}>{t("offline.load_now")}</button>}>{t("offline.new_version")}</Notice>}
        {mission.value?.state === "closing" && <Notice tone="careful" action={may(...OVERSEEING) && <Link class="button" href={page("setup")}>{t("shell.what_is_open")}</Link>}>{t("shell.closing", { code: missionCode.value })}</Notice>}
        {mission.value?.state === "closed" && <Notice>{t("shell.closed", { code: missionCode.value })}</Notice>}
        <ImportStrip />
        {children}
      </main>
      <DrawerPlace />
      <LeaveQuestion />
      {searching.value && <Search onClose={() => (searching.value = false)} />}
      {helping.value && <Shortcuts onClose={() => (helping.value = false)} />}
    </div>
  );
}

/** There is no line: what that means here, and what works nevertheless. */
function NoLine({ at }: { at: string }) {
  const works = isStaff() && at !== "entry" && <Link class="button" href={page("entry")}>{t("spine.entry")}</Link>;
  return (
    <Notice tone="careful" action={works}>
      {confirmed.value ? t("shell.no_line") : t("offline.unconfirmed", { name: session.value?.account.name })}
      {works && <> {t("offline.entry_works")}</>}
    </Notice>
  );
}
