// What headquarters shares with all missions: indicators and frameworks by theme, to clone; and what changed since.
import { useState } from "preact/hooks";
import { Link, useLocation, useSearch } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { CloneLibraryIndicatorsResponse, Library, LibraryIndicator } from "../api/types";
import { say, t, word } from "../i18n";
import { openDrawer } from "../parts/drawer";
import { WriteButton } from "../parts/form";
import { Notice, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { below, may, mayWrite, page } from "../session";
import { THEMES } from "../words";
import { LibraryIndicatorForm } from "./indicator-form";
import { IndicatorSheet } from "./indicator-sheet";
import { Frameworks, KeepTemplate } from "./library-frameworks";
import { Offers } from "./library-offers";

/** Most indicators that are cloned at once. */
const CLONED_MAX = 100;

/** The library. */
export default function LibraryPage() {
  const library = useGet<Library>(below("library"));
  const view = useParameter("view") || "indicators";
  const theme = useParameter("theme");
  return (
    <>
      <PageHead title={t("spine.library")} sub={<span>{t("library.about")}</span>}>
        {may("hq_analyst") && <button type="button" class="button" onClick={() => openDrawer(t("library.add"), () => <LibraryIndicatorForm />)}>{t("library.add")}</button>}
        {may("hq_analyst") && <button type="button" class="button" onClick={() => openDrawer(t("library.keep"), () => <KeepTemplate known={library.data?.templates ?? []} />)}>{t("library.keep")}</button>}
      </PageHead>
      <div class="stack">
        <Tabs label={t("spine.library")} views={[["indicators", t("spine.indicators")], ["frameworks", t("library.frameworks")], ["offers", t("library.offers")]]} />
        {view !== "offers" && <ThemePicker theme={theme} />}
        {view === "offers" ? (
          <Offers />
        ) : (
          <Reading of={library}>
            {library.data && (view === "frameworks" ? <Frameworks of={library.data.templates.filter((one) => !theme || one.theme === theme)} /> : <Indicators of={library.data.indicators.filter((one) => !theme || one.theme === theme)} />)}
          </Reading>
        )}
      </div>
    </>
  );
}

function ThemePicker({ theme }: { theme: string }) {
  const search = useSearch();
  const [, go] = useLocation();
  const choose = (next: string) => {
    const asked = new URLSearchParams(search);
    if (next) asked.set("theme", next);
    else asked.delete("theme");
    go(`${page("library")}${asked.size ? `?${asked}` : ""}`);
  };
  return (
    <label class="row">
      {t("library.theme")}
      <select class="control" value={theme} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t("library.every_theme")}</option>
        {THEMES.map((one) => <option key={one} value={one}>{word(`theme_${one}`)}</option>)}
      </select>
    </label>
  );
}

function Indicators({ of }: { of: readonly LibraryIndicator[] }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [section, setSection] = useState("");
  const [done, setDone] = useState<CloneLibraryIndicatorsResponse | null>(null);
  const codes = of.flatMap((one) => (one.indicator && !one.in_mission && chosen.has(one.indicator.code) ? [one.indicator.code] : []));
  const toggle = (code: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(code);
    else next.delete(code);
    setChosen(next);
  };
  const clone = async () => {
    setDone(await write<CloneLibraryIndicatorsResponse>("POST", below("library/indicators/clone"), { codes: codes.slice(0, CLONED_MAX), owner_section: section }));
    setChosen(new Set());
    expire(below("library"), below("indicators"));
  };
  return (
    <div class="stack">
      {mayWrite("coordinator") && (
        <div class="row noprint">
          <label class="row">{t("indicator.owner")}<input class="control" value={section} onInput={(event) => setSection(event.currentTarget.value)} /></label>
          <WriteButton primary disabled={codes.length === 0} label={t("library.clone", { count: codes.length })} work={clone} />
        </div>
      )}
      {done && <Notice tone="good">{t("library.cloned", { count: done.indicators.length })} {done.indicators.map((one) => <Link key={one.id} href={page(`indicators/${encodeURIComponent(one.code)}`)}>{one.code} </Link>)}</Notice>}
      <Table
        caption={t("spine.library")}
        rows={of}
        keyOf={(one) => one.indicator?.code ?? ""}
        columns={[
          ...(mayWrite("coordinator") ? [{ head: <span class="unseen">{t("library.choose")}</span>, cell: (one: LibraryIndicator) => (one.in_mission ? null : <input type="checkbox" aria-label={t("library.choose_one", { code: one.indicator?.code ?? "" })} checked={chosen.has(one.indicator?.code ?? "")} onChange={(event) => toggle(one.indicator?.code ?? "", event.currentTarget.checked)} />) }] : []),
          { head: t("areas.code"), cell: (one) => <code>{one.indicator?.code}</code> },
          { head: t("field.name"), names: true, wide: true, cell: (one) => <button type="button" class="number-link" onClick={() => openDrawer(say(one.indicator?.name), () => <Sheet of={one} />)}>{say(one.indicator?.name)}</button> },
          { head: t("library.theme"), cell: (one) => word(`theme_${one.theme}`) },
          { head: t("indicator.level"), cell: (one) => word(one.indicator?.level) },
          { head: t("field.kind"), cell: (one) => <>{word(one.indicator?.kind)} <span class="soft">{word(one.indicator?.frequency)}</span></> },
          { head: t("indicator.unit"), cell: (one) => one.indicator?.unit },
          { head: t("library.here"), cell: (one) => (one.in_mission ? <Link href={page(`indicators/${encodeURIComponent(one.indicator?.code ?? "")}`)}>{t("action.open")}</Link> : "–") },
        ]}
      />
    </div>
  );
}

function Sheet({ of }: { of: LibraryIndicator }) {
  return (
    <div class="stack">
      {may("hq_analyst") && <div><button type="button" class="button" onClick={() => openDrawer(t("library.next_version"), () => <LibraryIndicatorForm of={of} />)}>{t("library.next_version")}</button></div>}
      {of.indicator && <IndicatorSheet of={of.indicator} targets={[]} />}
    </div>
  );
}
