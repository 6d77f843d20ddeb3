// The studio: blocks on the left, the sheet as it will read on the right, in either language.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { write } from "../api/client";
import { expire, put, useAll, useGet } from "../api/store";
import type { Block, FactSheet, FactSheetNumber, FactSheetTouch, ListIndicatorsResponse, NumberExplanation } from "../api/types";
import { type Language, language, say, t, word } from "../i18n";
import { exact, figure, instant, period } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { openDrawer } from "../parts/drawer";
import { Choice, Choices, TextArea, TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Icon } from "../parts/icon";
import { Notice, Reading } from "../parts/notice";
import { PageHead } from "../parts/page";
import { Person } from "../parts/person";
import { Events, Sources } from "../parts/provenance";
import { Classification, State } from "../parts/status";
import { below, isStaff, mayWrite, page } from "../session";
import { AUDIENCES, BLOCK_KINDS } from "../words";
import { SheetDownloads } from "./fact-sheet-download";
import { Outside } from "./fact-sheet-outside";
import { codesOf, SheetPreview } from "./fact-sheet-preview";

type Editable = Pick<FactSheet, "title" | "audience" | "blocks">;

/** The page of a fact sheet. */
export function Studio({ id }: { id: string }) {
  const path = below(`fact-sheets/${id}`);
  const found = useGet<FactSheet>(path);
  const [shown, setShown] = useState<Language>(language.peek());
  const sheet = found.data;
  const took = (next: FactSheet) => {
    put(path, next);
    expire(below("fact-sheets"), below("home"));
  };
  return (
    <Reading of={found}>
      {sheet && (
        <>
          <PageHead title={say(sheet.title)} sub={<Facts sheet={sheet} />}>
            <Moves sheet={sheet} took={took} />
            {sheet.state !== "draft" && sheet.blocks.length > 0 && <SheetDownloads sheet={sheet} shown={shown} />}
          </PageHead>
          {sheet.state === "withdrawn" && <Notice tone="careful">{t("sheet.withdrawn")} {sheet.reason}</Notice>}
          {sheet.touched && <Touched of={sheet.touched} />}
          {sheet.state === "draft" && mayWrite("coordinator", "adviser") ? (
            <Editor key={sheet.id} sheet={sheet} took={took} shown={shown} show={setShown} />
          ) : (
            // Of a withdrawn sheet a reader sees why, and no more.
            (sheet.blocks.length > 0 || sheet.state !== "withdrawn") && <div class="stack">
              {isStaff() && sheet.audience === "public" && (sheet.state === "published" || sheet.state === "withdrawn") && <Outside sheet={sheet} />}
              <Languages shown={shown} show={setShown} />
              <SheetPreview sheet={sheet} shown={shown} onNumber={(number) => openNumber(sheet, number)} />
            </div>
          )}
        </>
      )}
    </Reading>
  );
}

function Facts({ sheet }: { sheet: FactSheet }) {
  return (
    <>
      <State of={sheet.state} />
      <span>{word(`audience_${sheet.audience}`)}</span>
      <Classification of={sheet.classification} />
      {sheet.snapshot_at && <span>{t("sheet.snapshot", { at: instant(sheet.snapshot_at) })}</span>}
      {sheet.cleared_by && <span>{t("sheet.cleared_by")} <Person id={sheet.cleared_by} /></span>}
      {sheet.published_by && <span>{t("sheet.published_by")} <Person id={sheet.published_by} /></span>}
    </>
  );
}

/** Data behind the sheet changed after its snapshot: which, and where to look. */
function Touched({ of }: { of: FactSheetTouch }) {
  return (
    <Notice tone="careful">
      <p>{t("sheet.touched", { at: instant(of.first_at), count: of.changes })} {t("sheet.touched_numbers", { count: of.number_ids.length })}</p>
      <ul>
        {of.indicator_codes.map((code) => <li key={code}><Link href={page(`indicators/${code}`)}>{code}</Link></li>)}
      </ul>
    </Notice>
  );
}

function Moves({ sheet, took }: { sheet: FactSheet; took: (next: FactSheet) => void }) {
  const move = (verb: string) => async (reason: string) => took(await write<FactSheet>("POST", below(`fact-sheets/${sheet.id}/${verb}`), reason ? { reason } : {}, { version: sheet.version }));
  return (
    <>
      {sheet.state === "draft" && mayWrite("leadership") && <WriteButton primary label={t("sheet.clear")} work={move("clear")} />}
      {sheet.state === "cleared" && mayWrite("coordinator", "leadership") && <WriteButton primary label={t("action.publish")} work={move("publish")} />}
      {sheet.state === "published" && mayWrite("coordinator", "leadership") && <WriteButton danger reason sure={t("sheet.withdraw_told")} label={t("sheet.withdraw")} work={move("withdraw")} />}
    </>
  );
}

function Languages({ shown, show }: { shown: Language; show: (next: Language) => void }) {
  return (
    <div class="row" role="group" aria-label={t("sheet.language")}>
      {(["en", "fr"] as const).map((one) => (
        <button key={one} type="button" class={one === shown ? "button primary" : "button"} aria-pressed={one === shown} onClick={() => show(one)}>{one === "en" ? "English" : "Français"}</button>
      ))}
    </div>
  );
}

/** Opens the drawer on what a number of a cleared sheet rests on. */
export function openNumber(sheet: FactSheet, number: FactSheetNumber): void {
  openDrawer(t("provenance.title"), () => <NumberSources sheet={sheet} number={number} />);
}

function NumberSources({ sheet, number }: { sheet: FactSheet; number: FactSheetNumber }) {
  const found = useGet<NumberExplanation>(below(`fact-sheets/${sheet.id}/numbers/${encodeURIComponent(number.id)}`));
  const of = found.data;
  return (
    <Reading of={found}>
      {of && (
        <>
          <dl class="facts">
            <div><dt>{number.query?.indicator_code}</dt><dd>{figure(number)} {number.unit}</dd></div>
            <div><dt>{t("field.period")}</dt><dd>{period(number.period)}</dd></div>
            <div><dt>{t("field.area")}</dt><dd>{number.query?.area || t("area.whole")}</dd></div>
          </dl>
          <p><b>{t("provenance.formula")}</b> {say(of.formula)}</p>
          {say(number.source) && <p><b>{t("field.source")}</b> {say(number.source)}</p>}
          <p class="soft small">{t("assess.known_at", { at: instant(number.as_known_at) })}</p>
          {(of.total > 0 || of.events_total === 0) && <Sources
            total={of.total}
            back={() => openNumber(sheet, number)}
            rows={of.sources.map((one) => ({
              id: one.observation_id, period: one.period, area: one.area, slice: one.slice, state: one.state, file: one.file_name, row: one.batch_row, by: one.recorded_by, at: one.recorded_at,
              shown: one.denominator !== null && one.numerator !== null ? `${exact(one.numerator)} / ${exact(one.denominator)}` : figure({ value: one.value }, exact),
            }))}
          />}
          <Events of={of} back={() => openNumber(sheet, number)} />
        </>
      )}
    </Reading>
  );
}

interface EditorProps {
  sheet: FactSheet;
  took: (next: FactSheet) => void;
  shown: Language;
  show: (next: Language) => void;
}

function Editor({ sheet, took, shown, show }: EditorProps) {
  const base: Editable = { title: sheet.title, audience: sheet.audience, blocks: sheet.blocks };
  const draft = useDraft<Editable>(`sheet.${sheet.id}`, base, sheet.version);
  const indicators = useAll<ListIndicatorsResponse>(isStaff() ? below("indicators?page_size=500") : null);
  const [added, setAdded] = useState(-1);
  const { blocks } = draft.value;
  const codes = (indicators.data?.indicators ?? []).map((one) => [one.code, `${one.code} · ${say(one.name)}`] as const);
  const change = (place: number, block: Block) => draft.set({ blocks: blocks.map((one, at) => (at === place ? block : one)) });
  const swap = (place: number, other: number) => {
    const next = [...blocks];
    const [one, two] = [next[place], next[other]];
    if (!one || !two) return;
    next[place] = two;
    next[other] = one;
    draft.set({ blocks: next });
  };
  const add = (kind: string) => {
    setAdded(blocks.length);
    draft.set({ blocks: [...blocks, { id: "", kind, text: { en: "", fr: "" }, query: ["heading", "text"].includes(kind) ? null : { indicator_code: codes[0]?.[0] ?? "", area: kind === "map" || kind === "table" ? "*" : "", period: "", slice: "", first_period: "", more_indicator_codes: [] } }] });
  };
  return (
    <div class="studio">
      <Form
        draft={draft}
        theirs={(current) => (current ? { title: (current as FactSheet).title, audience: (current as FactSheet).audience, blocks: (current as FactSheet).blocks } : undefined)}
        submit={t("action.save")}
        send={async (value, version) => took(await write<FactSheet>("PUT", below(`fact-sheets/${sheet.id}`), value, { version: version ?? sheet.version }))}
      >
        {(about) => (
          <>
            <TextPair label={t("field.title")} value={draft.value.title} wrong={about("title")} onInput={(title) => draft.set({ title })} required />
            <Choice label={t("sheet.audience")} value={draft.value.audience} among={AUDIENCES.map((one) => [one, word(`audience_${one}`)] as const)} onInput={(audience) => draft.set({ audience })} />
            {blocks.map((block, place) => (
              <Fieldset key={block.id || place} legend={`${place + 1}. ${word(`block_${block.kind}`)}`} fresh={!block.id && place === added}>
                <BlockFields block={block} codes={codes} change={(next) => change(place, next)} fresh={!block.id && place === added} />
                {about(`blocks[${place}]`) && <p class="wrong">{about(`blocks[${place}]`)}</p>}
                <div class="row">
                  <button type="button" class="button quiet square" disabled={place === 0} aria-label={`${t("plan.up")} ${place + 1}`} onClick={() => swap(place, place - 1)}><Icon name="up" /></button>
                  <button type="button" class="button quiet square" disabled={place === blocks.length - 1} aria-label={`${t("plan.down")} ${place + 1}`} onClick={() => swap(place, place + 1)}><Icon name="down" /></button>
                  <button type="button" class="button quiet" aria-label={`${t("action.remove")} ${place + 1}`} onClick={() => draft.set({ blocks: blocks.filter((_, at) => at !== place) })}>{t("action.remove")}</button>
                </div>
              </Fieldset>
            ))}
            <div class="row" role="group" aria-label={t("sheet.add_block")}>
              {BLOCK_KINDS.map((kind) => <button key={kind} type="button" class="button" onClick={() => add(kind)}>+ {word(`block_${kind}`)}</button>)}
            </div>
          </>
        )}
      </Form>
      <div class="stack tight">
        <Languages shown={shown} show={show} />
        <SheetPreview sheet={{ ...sheet, ...draft.value }} shown={shown} />
      </div>
    </div>
  );
}

/** The fields of a block; who has just added it is in its first one. */
function Fieldset({ legend, fresh, children }: { legend: string; fresh: boolean; children: ComponentChildren }) {
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (fresh) box.current?.querySelector<HTMLElement>("input, textarea, select")?.focus();
  }, []);
  return (
    <fieldset class="block" ref={box}>
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}

function BlockFields({ block, codes, change, fresh }: { block: Block; codes: readonly (readonly [string, string])[]; change: (next: Block) => void; fresh: boolean }) {
  const query = block.query;
  const [open] = useState(fresh);
  if (!query) {
    const now = block.text ?? { en: "", fr: "" };
    if (block.kind === "heading") return <TextPair label={t("sheet.text")} value={block.text} onInput={(text) => change({ ...block, text })} />;
    return (
      <>
        <TextArea label={`${t("sheet.text")} (EN)`} hint={t("sheet.text_hint")} value={now.en} onInput={(en) => change({ ...block, text: { ...now, en } })} />
        <TextArea label={`${t("sheet.text")} (FR)`} value={now.fr} onInput={(fr) => change({ ...block, text: { ...now, fr } })} />
      </>
    );
  }
  const set = (part: Partial<typeof query>) => change({ ...block, query: { ...query, ...part } });
  const several = block.kind === "indicators";
  return (
    <>
      {several && <TextPair label={t("field.title")} value={block.text} onInput={(text) => change({ ...block, text })} />}
      {several ? (
        <>
          {/* Open in a new block only: a list of all indicators in every block is a long way for who has no mouse. */}
          <details open={open}>
            <summary>{t("sheet.choose_indicators", { count: codesOf(query).length })}</summary>
            <Choices label={t("sheet.indicators")} value={codesOf(query)} among={codes} onInput={([indicator_code = "", ...more_indicator_codes]) => set({ indicator_code, more_indicator_codes })} />
          </details>
          <p class="hint">{codesOf(query).join(", ") || "–"}</p>
        </>
      ) : (
        <Choice label={t("field.indicator")} value={query.indicator_code} among={codes} onInput={(indicator_code) => set({ indicator_code })} />
      )}
      <div class="pair">
        {block.kind !== "map" && block.kind !== "table" && <TextField label={t("field.area")} hint={t("field.area_hint")} value={query.area} onInput={(area) => set({ area })} />}
        <TextField label={t("field.period")} hint={t("sheet.period_hint")} value={query.period} onInput={(next) => set({ period: next })} />
        {block.kind === "chart" && <TextField label={t("sheet.first_period")} value={query.first_period} onInput={(first_period) => set({ first_period })} />}
        <TextField label={t("field.slice")} hint={t("field.slice_hint")} value={query.slice} onInput={(slice) => set({ slice })} />
      </div>
    </>
  );
}
