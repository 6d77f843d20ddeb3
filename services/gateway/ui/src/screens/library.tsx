// What headquarters shares with all missions: indicators and frameworks by theme, to clone; and what changed since.
import { useState } from "preact/hooks";
import { Link, useLocation, useSearch } from "wouter-preact";
import { write } from "../api/client";
import { expire, useGet } from "../api/store";
import type { CloneLibraryIndicatorsResponse, Indicator, Library, LibraryIndicator, LibraryTemplate, ListLibraryOffersResponse, ListPlansResponse, Plan } from "../api/types";
import { say, t, word } from "../i18n";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Notice, Reading } from "../parts/notice";
import { PageHead, Tabs, useParameter } from "../parts/page";
import { Table } from "../parts/table";
import { took } from "../plan/writes";
import { below, may, mayWrite, page } from "../session";
import { THEMES } from "../words";
import { LibraryIndicatorForm } from "./indicator-form";
import { IndicatorSheet, shownChange } from "./indicator-sheet";

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

function Frameworks({ of }: { of: readonly LibraryTemplate[] }) {
  const plans = useGet<ListPlansResponse>(below("plans"));
  const draft = plans.data?.plans.find((plan) => plan.state === "draft");
  if (of.length === 0) return <Empty>{t("library.no_framework")}</Empty>;
  return (
    <div class="stack">
      {mayWrite("coordinator") && !draft && <Notice>{t("library.no_draft")}</Notice>}
      {of.map((one) => (
        <section key={one.code} class="card stack tight">
          <h2>{say(one.title)}</h2>
          <p class="soft">{word(`theme_${one.theme}`)} · <code>{one.code}</code></p>
          <p>{say(one.objective)}</p>
          <ol class="framework">
            {one.outcomes.map((outcome) => (
              <li key={say(outcome.statement)}>
                {say(outcome.statement)} <span class="soft">{word(outcome.dimension)} {outcome.indicator_codes.join(", ")}</span>
                <ul>
                  {outcome.outputs.map((output) => <li key={say(output.statement)}>{say(output.statement)} <span class="soft">{word(output.component)} {output.indicator_codes.join(", ")}</span></li>)}
                </ul>
              </li>
            ))}
          </ol>
          {mayWrite("coordinator") && draft && <div><button type="button" class="button" onClick={() => openDrawer(t("library.add_to_draft"), () => <CloneTemplate of={one} plan={draft} />)}>{t("library.add_to_draft")}<span class="unseen">: {say(one.title)}</span></button></div>}
        </section>
      ))}
    </div>
  );
}

function CloneTemplate({ of, plan }: { of: LibraryTemplate; plan: Plan }) {
  const draft = useDraft(`library.clone.${of.code}`, { lead_section: "" });
  const now = useGet<Plan>(below(`plans/${plan.id}`));
  const [, go] = useLocation();
  return (
    <Form
      draft={draft}
      submit={t("library.add_to_draft")}
      onDone={closeDrawer}
      send={async (value) => {
        took(await write<Plan>("POST", below(`plans/${plan.id}/clone-template`), { code: of.code, ...value }, { version: now.data?.version ?? plan.version }));
        expire(below("plans"), below("library"), below("indicators"));
        go(page(`plan/${plan.id}`));
      }}
    >
      {(about) => (
        <>
          <p>{t("library.what_is_added", { title: say(of.title), number: plan.number })}</p>
          <TextField label={t("plan.lead")} hint={t("library.lead_hint")} value={draft.value.lead_section} wrong={about("lead_section")} onInput={(lead_section) => draft.set({ lead_section })} required />
        </>
      )}
    </Form>
  );
}

function KeepTemplate({ known }: { known: readonly LibraryTemplate[] }) {
  const draft = useDraft("library.keep", { item_id: "", code: "", theme: "political_process", title: { en: "", fr: "" } });
  const plan = useGet<Plan>(below("plans/active"));
  const of = draft.value;
  const objectives = (plan.data?.items ?? []).filter((item) => item.kind === "objective");
  return (
    <Form
      draft={draft}
      submit={t("library.keep")}
      onDone={closeDrawer}
      send={async (value) => {
        const before = known.find((one) => one.code === value.code);
        await write<LibraryTemplate>("PUT", below("library/templates"), { plan_id: plan.data?.id ?? "", ...value, seen_version: before?.version ?? 0 });
        expire(below("library"));
      }}
    >
      {(about) => (
        <>
          <Choice label={t("word.objective")} none="–" required value={of.item_id} wrong={about("item_id")} among={objectives.map((item) => [item.id, `${item.number} ${say(item.statement)}`] as const)} onInput={(item_id) => draft.set({ item_id })} />
          <TextField label={t("areas.code")} value={of.code} wrong={about("code")} onInput={(code) => draft.set({ code })} required />
          <Choice label={t("library.theme")} value={of.theme} among={THEMES.map((one) => [one, word(`theme_${one}`)] as const)} onInput={(theme) => draft.set({ theme })} />
          <TextPair label={t("field.title")} value={of.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
        </>
      )}
    </Form>
  );
}

function Offers() {
  const offers = useGet<ListLibraryOffersResponse>(below("library/offers"));
  const answer = (indicator: Indicator, library_version: number, take: boolean) => async () => {
    await write<Indicator>("POST", below(`indicators/${indicator.id}/library-offer`), { library_version, take }, { version: indicator.version });
    expire(below("library"), below("indicators"));
  };
  return (
    <Reading of={offers}>
      {offers.data?.offers.length === 0 ? (
        <Empty>{t("library.no_offers")}</Empty>
      ) : (
        <Table
          caption={t("library.offers")}
          rows={offers.data?.offers ?? []}
          keyOf={(one) => one.indicator?.id ?? ""}
          columns={[
            { head: t("field.indicator"), names: true, wide: true, cell: (one) => <Link href={page(`indicators/${encodeURIComponent(one.indicator?.code ?? "")}`)}>{one.indicator?.code} {say(one.indicator?.name)}</Link> },
            { head: t("plan.fields"), wide: true, cell: (one) => one.changes.map(shownChange) },
            { head: t("library.answer"), cell: (one) => mayWrite("coordinator") && one.indicator && <div class="row"><WriteButton primary label={t("library.take")} work={answer(one.indicator, one.library_version, true)} /><WriteButton label={t("library.leave")} work={answer(one.indicator, one.library_version, false)} /></div> },
          ]}
        />
      )}
    </Reading>
  );
}
