// The sheet as it reads: from the snapshot where there is one, from the live series while it is a draft.
import type { ComponentChildren } from "preact";
import { useAll, useGet } from "../api/store";
import type { Area, Block, FactSheet, FactSheetNumber, ListAreasResponse, ListIndicatorsResponse, NumberQuery, Point, Series, Text } from "../api/types";
import { AreaMap } from "../charts/map";
import { SeriesChart } from "../charts/series";
import type { Language } from "../i18n";
import { t, word } from "../i18n";
import { openProvenance } from "../parts/provenance";
import { below, isStaff } from "../session";

interface Props {
  sheet: FactSheet;
  /** Language of the sheet, not of the screen. */
  shown: Language;
  onNumber?: (number: FactSheetNumber) => void;
}

function said(text: Text | null | undefined, shown: Language): string {
  return (shown === "fr" ? text?.fr || text?.en : text?.en || text?.fr) ?? "";
}

/** A number in the language of the sheet. */
export function numberIn(value: number | null, kind: string, shown: Language): string {
  if (value === null) return kind === "suppressed" ? (shown === "fr" ? "masqué" : "suppressed") : kind === "not_applicable" ? (shown === "fr" ? "s.o." : "n/a") : "–";
  return new Intl.NumberFormat(shown === "fr" ? "fr-FR" : "en-GB", { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 }).format(value);
}

/** A period in the language of the sheet. */
export function periodIn(period: string, shown: Language): string {
  const part = /^(\d{4})-([QH])(\d)$/.exec(period);
  if (part) return `${shown === "fr" ? (part[2] === "Q" ? "T" : "S") : part[2]}${part[3]} ${part[1]}`;
  if (/^\d{4}-\d{2}$/.test(period)) return new Intl.DateTimeFormat(shown === "fr" ? "fr-FR" : "en-GB", { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(`${period}-01T00:00:00Z`));
  return shown === "fr" ? period.replace("FY", "Exercice ") : period;
}

/** The text of a block with its numbers put in: pieces of text, and numbers by id. */
export function pieces(text: string): (string | { number: string })[] {
  return text.split(/(\{number:[^}]+\})/).filter(Boolean).map((piece) => {
    const id = /^\{number:([^}]+)\}$/.exec(piece)?.[1];
    return id ? { number: id } : piece;
  });
}

/** The sheet. */
export function SheetPreview({ sheet, shown, onNumber }: Props) {
  const areas = useGet<ListAreasResponse>(below("areas?with_geometry=true"));
  return (
    <article class="sheet" lang={shown} aria-label={t("sheet.preview")}>
      <h2>{said(sheet.title, shown)}</h2>
      {sheet.blocks.map((block, place) => (
        <BlockView key={block.id || place} block={block} sheet={sheet} shown={shown} areas={areas.data?.areas ?? []} onNumber={onNumber} />
      ))}
      {sheet.blocks.length === 0 && <p class="source">{t("sheet.no_blocks")}</p>}
    </article>
  );
}

interface BlockProps extends Omit<Props, "onNumber"> {
  block: Block;
  areas: readonly Area[];
  onNumber: Props["onNumber"] | undefined;
}

function BlockView(props: BlockProps) {
  const { block, shown, sheet, onNumber } = props;
  if (block.kind === "heading") return <h3>{said(block.text, shown)}</h3>;
  if (block.kind === "text") {
    return (
      <p>
        {pieces(said(block.text, shown)).map((piece, place): ComponentChildren => {
          if (typeof piece === "string") return piece;
          const number = sheet.numbers.find((one) => one.id === piece.number || one.block_id === piece.number);
          return number ? <OneNumber key={place} number={number} shown={shown} onNumber={onNumber} /> : <LivePiece key={place} block={sheet.blocks.find((one) => one.id === piece.number)} shown={shown} />;
        })}
      </p>
    );
  }
  const numbers = sheet.numbers.filter((one) => one.block_id === block.id || one.id === block.id);
  if (block.kind === "indicators") return <Indicators {...props} numbers={numbers} />;
  return numbers.length > 0 ? <Figures {...props} numbers={numbers} /> : <LiveFigures {...props} />;
}

function OneNumber({ number, shown, onNumber }: { number: FactSheetNumber; shown: Language; onNumber: Props["onNumber"] | undefined }) {
  const text = numberIn(number.value, number.kind, shown);
  if (!onNumber) return <>{text}</>;
  return <button type="button" class="number-link" title={t("provenance.open")} data-number={number.id} onClick={() => onNumber(number)}>{text}</button>;
}

/** Reads the series of a block while the sheet is a draft. */
function useLive(block: Block | undefined): { unit: string; name: Text | null; source: Text | null; numbers: FactSheetNumber[] } {
  const query = block?.query;
  const search = new URLSearchParams({ ...(query?.area ? { areas: query.area } : {}), ...(query?.slice ? { slice: query.slice } : {}) }).toString();
  const series = useGet<Series>(query?.indicator_code && isStaff() ? below(`series/${encodeURIComponent(query.indicator_code)}${search ? `?${search}` : ""}`) : null);
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const indicator = indicators.data?.indicators.find((one) => one.code === query?.indicator_code);
  const parts = series.data?.parts ?? [];
  const asNumber = (area: string, point: Point): FactSheetNumber => ({ id: `${block?.id}:${area}:${point.period}`, block_id: block?.id ?? "", query: { indicator_code: query?.indicator_code ?? "", area, period: point.period, slice: query?.slice ?? "", first_period: "", more_indicator_codes: [] }, value: point.value, period: point.period, unit: indicator?.unit ?? "", kind: point.kind || "value", source: indicator?.source ?? null, as_known_at: "", target: null, baseline: indicator?.baseline_value ?? null, baseline_period: indicator?.baseline_period ?? "" });
  const latest = (points: readonly Point[]) => (query?.period ? points.find((one) => one.period === query.period) : points.findLast((one) => one.value !== null));
  const numbers =
    block?.kind === "chart"
      ? (parts[0]?.points ?? []).filter((point) => (!query?.first_period || point.period >= query.first_period) && (!query?.period || point.period <= query.period)).map((point) => asNumber(parts[0]?.area ?? "", point))
      : parts.filter((part) => block?.kind === "number" || part.area !== "").flatMap((part) => { const point = latest(part.points); return point ? [asNumber(part.area, point)] : []; });
  return { unit: indicator?.unit ?? "", name: indicator?.name ?? null, source: indicator?.source ?? null, numbers };
}

function explain(number: FactSheetNumber): void {
  openProvenance({ indicator: number.query?.indicator_code ?? "", area: number.query?.area, period: number.period, slice: number.query?.slice });
}

function LivePiece({ block, shown }: { block: Block | undefined; shown: Language }) {
  const live = useLive(block);
  const [number] = live.numbers;
  return number ? <OneNumber number={number} shown={shown} onNumber={explain} /> : <>–</>;
}

function LiveFigures(props: BlockProps) {
  const live = useLive(props.block);
  return <Figures {...props} numbers={live.numbers} onNumber={explain} />;
}

function Figures({ block, shown, areas, numbers, onNumber }: BlockProps & { numbers: readonly FactSheetNumber[] }) {
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const indicator = indicators.data?.indicators.find((one) => one.code === block.query?.indicator_code);
  const name = said(block.text, shown) || said(indicator?.name, shown) || block.query?.indicator_code || "";
  const [first] = numbers;
  const unit = first?.unit ?? indicator?.unit ?? "";
  const source = said(first?.source, shown);
  const note = source && <p class="source">{shown === "fr" ? "Source : " : "Source: "}{source}</p>;
  if (!first) return <p class="source">{name}: {t("sheet.no_value")}</p>;
  if (block.kind === "number") {
    return (
      <div>
        <p class="big"><OneNumber number={first} shown={shown} onNumber={onNumber} /> <small>{unit}</small></p>
        <p>{name}, {periodIn(first.period, shown)}</p>
        {note}
      </div>
    );
  }
  const ordered = [...numbers].sort((one, other) => one.period.localeCompare(other.period) || (one.query?.area ?? "").localeCompare(other.query?.area ?? ""));
  const nameOf = (code: string) => said(areas.find((area) => area.code === code)?.name, shown) || code || (shown === "fr" ? "Toute la mission" : "Whole mission");
  const areal = block.kind === "map" || block.kind === "table";
  return (
    <figure>
      <figcaption><b>{name}</b> ({unit}){areal && `, ${periodIn(first.period, shown)}`}</figcaption>
      {block.kind === "chart" && ordered.length > 1 && (
        <SeriesChart label={name} unit={unit} points={ordered.map((one) => ({ period: one.period, value: one.value, numerator: null, denominator: null, kind: one.kind, observations: 1, coverage: 1, share_verified: 1, mismatch: false, note: null }))} onOpen={(period) => { const number = ordered.find((one) => one.period === period); if (number) onNumber?.(number); }} />
      )}
      {block.kind === "map" && <AreaMap areas={areas} label={name} unit={unit} values={new Map(ordered.map((one) => [one.query?.area || one.id.split(":").at(-1) || "", { value: one.value, kind: one.kind }]))} />}
      {block.kind === "table" ? (
        <NumberTable rows={ordered} name={name} unit={unit} shown={shown} onNumber={onNumber} rowName={(one) => nameOf(one.query?.area ?? "")} />
      ) : (
        <details>
          <summary>{t("sheet.as_table")}</summary>
          <NumberTable rows={ordered} name={name} unit={unit} shown={shown} onNumber={onNumber} rowName={(one) => (areal ? nameOf(one.query?.area ?? "") : periodIn(one.period, shown))} />
        </details>
      )}
      {note}
    </figure>
  );
}

/** The indicators of a table over several. */
export function codesOf(query: NumberQuery): string[] {
  return [query.indicator_code, ...query.more_indicator_codes].filter(Boolean);
}

/** In the language of the sheet, as in its documents. */
const HEADS = {
  en: { indicator: "Indicator", baseline: "Baseline", target: "Target", value: "Value", period: "Period" },
  fr: { indicator: "Indicateur", baseline: "Référence", target: "Cible", value: "Valeur", period: "Période" },
} as const;

/** Where each indicator began, where it should be and where it is. */
function Indicators({ block, shown, numbers, onNumber }: BlockProps & { numbers: readonly FactSheetNumber[] }) {
  const indicators = useAll<ListIndicatorsResponse>(below("indicators?page_size=500"));
  const query = block.query;
  const title = said(block.text, shown) || word("block_indicators");
  if (!query || codesOf(query).length === 0) return <p class="source">{title}: {t("sheet.no_value")}</p>;
  const nameOf = (code: string) => said(indicators.data?.indicators.find((one) => one.code === code)?.name, shown) || code;
  const [cleared, heads] = [numbers.length > 0, HEADS[shown]];
  return (
    <figure>
      <figcaption><b>{title}</b></figcaption>
      <div class="scroller" role="region" aria-label={title} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{heads.indicator}</th><th scope="col" class="n">{heads.baseline}</th>
              {cleared && <th scope="col" class="n">{heads.target}</th>}
              <th scope="col" class="n">{heads.value}</th><th scope="col">{heads.period}</th>
            </tr>
          </thead>
          <tbody>
            {codesOf(query).map((code) => {
              const number = numbers.find((one) => one.query?.indicator_code === code);
              return cleared ? number && <IndicatorRow key={code} name={nameOf(code)} number={number} shown={shown} onNumber={onNumber} target /> : <LiveRow key={code} name={nameOf(code)} block={{ ...block, kind: "number", query: { ...query, indicator_code: code, more_indicator_codes: [] } }} shown={shown} />;
            })}
          </tbody>
        </table>
      </div>
      {!cleared && <p class="source">{t("sheet.targets_later")}</p>}
    </figure>
  );
}

function LiveRow({ name, block, shown }: { name: string; block: Block; shown: Language }) {
  const [number] = useLive(block).numbers;
  return number ? <IndicatorRow name={name} number={number} shown={shown} onNumber={explain} /> : <tr><th scope="row">{name}</th><td class="n">–</td><td class="n">–</td><td>–</td></tr>;
}

function IndicatorRow({ name, number, shown, onNumber, target = false }: { name: string; number: FactSheetNumber; shown: Language; onNumber: Props["onNumber"] | undefined; target?: boolean }) {
  const written = (value: number | null) => (value === null ? "–" : `${numberIn(value, "value", shown)} ${number.unit}`);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="n">{written(number.baseline)}{number.baseline !== null && number.baseline_period && ` (${periodIn(number.baseline_period, shown)})`}</td>
      {target && <td class="n">{written(number.target)}</td>}
      <td class="n"><OneNumber number={number} shown={shown} onNumber={onNumber} /> {number.value === null ? "" : number.unit}</td>
      <td>{periodIn(number.period, shown)}</td>
    </tr>
  );
}

function NumberTable({ rows, name, unit, shown, onNumber, rowName }: { rows: readonly FactSheetNumber[]; name: string; unit: string; shown: Language; onNumber: Props["onNumber"] | undefined; rowName: (one: FactSheetNumber) => string }) {
  return (
    <table>
      <caption class="unseen">{name}</caption>
      <thead><tr><th scope="col">{name}</th><th scope="col" class="n">{unit}</th></tr></thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.id}><th scope="row">{rowName(one)}</th><td class="n"><OneNumber number={one} shown={shown} onNumber={onNumber} /></td></tr>
        ))}
      </tbody>
    </table>
  );
}
