// Building a dashboard: tiles added, changed, moved, made wider, removed, each step undone at will; what is built is seen
// as it is built, and kept in the browser until it is saved.
import { useEffect, useRef, useState } from "preact/hooks";
import { Link, useLocation, useSearch } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useAll } from "../api/store";
import type { Dashboard, DashboardData, DashboardFilters, DashboardTile, ListIndicatorsResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Trouble } from "../parts/notice";
import { PageHead } from "../parts/page";
import { below, may, mission, page } from "../session";
import { CLASSIFICATIONS, TILE_KINDS } from "../words";
import { Filters } from "./dashboard-filters";
import { askedFilters, type Content, isComplete, moved, newTile, NO_FILTERS, NO_STEPS, redone, resized, type Steps, TILES_MAX, type TileKind, undone, withStep } from "./dashboard-model";
import { Tile, titleOf } from "./dashboard-tile";
import { TileForm } from "./dashboard-tile-form";
import { TileTools } from "./dashboard-tile-tools";

const SHARING = ["coordinator", "component_head", "adviser", "leadership"] as const;
/** Typing goes on: the tiles are asked for when it pauses. */
const PAUSE_MS = 350;

/** A dashboard that is not there yet. */
export function NewDashboard() {
  return <Builder of={null} />;
}

const contentOf = (of: Dashboard): Content => ({ title: of.title, tiles: of.tiles, filters: of.filters ?? NO_FILTERS, shared: of.shared, classification: of.classification });
const EMPTY: Content = { title: { en: "", fr: "" }, tiles: [], filters: NO_FILTERS, shared: false, classification: "unclassified" };

/** The builder; `null`: of a new one. */
export function Builder({ of }: { of: Dashboard | null }) {
  const search = useSearch();
  const [, go] = useLocation();
  const draft = useDraft<Content>(`dashboard.${of?.id ?? "new"}`, of ? contentOf(of) : EMPTY, of?.version);
  const { tiles, filters } = draft.value;
  const [steps, setSteps] = useState<Steps>(NO_STEPS);
  const [told, setTold] = useState("");
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const asked = askedFilters(search) ?? filters ?? NO_FILTERS;
  const preview = usePreview(tiles, asked);
  // The drawer draws a form that lives longer than this rendering: it finds the tiles as they are then.
  const latest = useRef({ tiles, steps });
  latest.current = { tiles, steps };
  const change = (next: readonly DashboardTile[], at = "") => {
    setSteps(withStep(latest.current.steps, latest.current.tiles, at));
    draft.set({ tiles: [...next] });
  };
  const step = (way: typeof undone) => {
    const back = way(steps, tiles);
    if (!back) return;
    closeDrawer();
    setSteps(back.steps);
    draft.set({ tiles: [...back.tiles] });
    setTold(t(way === undone ? "dashboard.undone" : "dashboard.redone"));
  };
  // A tile that moves is taken out of the page and put back: what had the focus on it has it again.
  const focus = useRef<{ tile: string; tool: string } | null>(null);
  useEffect(() => {
    const wanted = focus.current;
    focus.current = null;
    if (!wanted) return;
    // Of a tile that is gone nothing can have it; what brings it back has.
    if (wanted.tool === "undo") return document.getElementById("undo")?.focus();
    const tools = [...document.querySelectorAll<HTMLButtonElement>(`[data-tile="${wanted.tile}"] [data-tool]`)];
    (tools.find((one) => one.dataset.tool === wanted.tool && !one.disabled) ?? tools[0])?.focus();
  }, [tiles]);
  // A new one stands at the end, below what is on the screen.
  const shown = useRef("");
  useEffect(() => {
    if (shown.current) document.querySelector(`[data-tile="${shown.current}"]`)?.scrollIntoView?.({ block: "center" });
    shown.current = "";
  }, [tiles]);
  const holdFocus = (tile: string) => {
    const at = document.activeElement;
    focus.current = { tile, tool: (at instanceof HTMLElement && at.dataset.tool) || "grip" };
  };
  const nameOf = (tile: DashboardTile) => titleOf(tile, indicators.data?.indicators ?? []) || word(`tile_${tile.kind}`);
  const edit = (tile: DashboardTile) =>
    openDrawer(t("dashboard.tile"), () => <TileForm key={tile.id} tile={tile} onChange={(next) => change(latest.current.tiles.map((one) => (one.id === next.id ? next : one)), `edit ${next.id}`)} />);
  const add = (kind: TileKind) => {
    const tile = newTile(kind, tiles, indicators.data?.indicators[0]?.code ?? "");
    shown.current = tile.id;
    change([...tiles, tile]);
    setTold(t("dashboard.added", { name: word(`tile_${kind}`) }));
    if (kind !== "tasks") edit(tile);
  };
  const move = (from: number, to: number) => {
    const tile = tiles[from];
    if (!tile || from === to || to < 0 || to >= tiles.length) return;
    holdFocus(tile.id);
    change(moved(tiles, from, to));
    setTold(t("dashboard.moved", { name: nameOf(tile), place: to + 1, count: tiles.length }));
  };
  const resize = (place: number, by: number) => {
    const next = resized(tiles, place, by);
    const [before, after] = [tiles[place], next[place]];
    if (!before || !after || before.width === after.width) return;
    holdFocus(after.id);
    change(next);
    setTold(t("dashboard.resized", { name: nameOf(after), count: after.width }));
  };
  const remove = (place: number) => {
    const tile = tiles[place];
    if (!tile) return;
    closeDrawer();
    change(tiles.filter((_, at) => at !== place));
    focus.current = { tile: "", tool: "undo" };
    setTold(t("dashboard.tile_removed", { name: nameOf(tile) }));
  };
  const save = async (value: Content, version?: number) => {
    const body = { ...value, tiles: value.tiles };
    const saved = of ? await write<Dashboard>("PUT", below(`dashboards/${of.id}`), body, { version: version ?? of.version }) : await write<Dashboard>("POST", below("dashboards"), body);
    put(below(`dashboards/${saved.id}`), saved);
    expire(below("dashboards"));
    closeDrawer();
    go(page(`dashboards/${saved.id}`));
  };
  const same = JSON.stringify(asked) === JSON.stringify(filters ?? NO_FILTERS);
  return (
    <>
      <PageHead title={of ? t("dashboard.changing", { name: say(of.title) }) : t("dashboard.build")}>
        <Link class="button" href={page(of ? `dashboards/${of.id}` : "dashboards")}>{t("dashboard.leave")}</Link>
      </PageHead>
      <div class="stack">
        <section class="card">
          <Form draft={draft} send={save} submit={t("action.save")} theirs={(current) => (current ? contentOf(current as Dashboard) : undefined)}>
            {(about) => (
              <>
                <TextPair label={t("field.title")} value={draft.value.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
                <div class="row">
                  {(may(...SHARING) || draft.value.shared) && (
                    <label class="row"><input type="checkbox" checked={draft.value.shared} onChange={(event) => draft.set({ shared: event.currentTarget.checked })} />{t("dashboard.share")}</label>
                  )}
                  <label class="row"><input type="checkbox" checked={same && JSON.stringify(asked) !== JSON.stringify(NO_FILTERS)} onChange={(event) => draft.set({ filters: event.currentTarget.checked ? asked : NO_FILTERS })} />{t("dashboard.keep_filters")}</label>
                </div>
                {mission.value?.clearance !== "unclassified" && <Choice label={t("dashboard.classification")} value={draft.value.classification} among={CLASSIFICATIONS} onInput={(classification) => draft.set({ classification })} />}
              </>
            )}
          </Form>
        </section>
        <div class="row" role="group" aria-label={t("dashboard.add_tile")}>
          {TILE_KINDS.map((kind) => <button key={kind} type="button" class="button" disabled={tiles.length >= TILES_MAX} onClick={() => add(kind)}>+ {word(`tile_${kind}`)}</button>)}
        </div>
        <div class="row between">
          <div class="row">
            <button type="button" id="undo" class="button" disabled={steps.before.length === 0} onClick={() => step(undone)}>{t("dashboard.undo")}</button>
            <button type="button" class="button" disabled={steps.after.length === 0} onClick={() => step(redone)}>{t("dashboard.redo")}</button>
          </div>
          <p role="status" class="soft">{told}</p>
        </div>
        <Filters applied={asked} />
        <Trouble problem={preview.problem} again={preview.again} kept />
        {tiles.length === 0 ? (
          <Empty>{t("dashboard.begin")}</Empty>
        ) : (
          <div class="tile-frame"><div class="tiles">
            {tiles.map((tile, place) => (
              <Tile
                key={tile.id}
                tile={tile}
                data={isComplete(tile) ? preview.data?.tiles.find((one) => one.tile_id === tile.id) : undefined}
                all={preview.data}
                tools={<TileTools name={nameOf(tile)} place={place} count={tiles.length} width={tile.width} move={move} resize={resize} remove={() => remove(place)} edit={() => edit(tile)} />}
              />
            ))}
          </div></div>
        )}
      </div>
    </>
  );
}

/** What the tiles would show; asked again when they change and typing pauses. The last answer stays meanwhile. */
function usePreview(tiles: readonly DashboardTile[], filters: DashboardFilters): { data: DashboardData | undefined; problem: unknown; again: () => void } {
  const [data, setData] = useState<DashboardData>();
  const [problem, setProblem] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  // A width or a title changes nothing of what is shown.
  const complete = tiles.filter(isComplete).map((tile) => ({ ...tile, width: 1, title: null }));
  const asked = JSON.stringify({ tiles: [...complete].sort((one, other) => one.id.localeCompare(other.id)), filters });
  useEffect(() => {
    let gone = false;
    const later = setTimeout(() => {
      write<DashboardData>("POST", below("dashboard-preview"), JSON.parse(asked)).then(
        (answer) => {
          if (gone) return;
          setData(answer);
          setProblem(null);
        },
        (failure) => !gone && setProblem(failure),
      );
    }, data ? PAUSE_MS : 0);
    return () => {
      gone = true;
      clearTimeout(later);
    };
  }, [asked, tries]);
  return { data, problem, again: () => setTries(tries + 1) };
}

