// An indicator of the library as missions × periods. The value stands in its cell, so that the shade only helps; what is
// missing is no zero, and who measures otherwise stands apart from the ranks.
import { Link } from "wouter-preact";
import { useGet } from "../api/store";
import type { AcrossMissions, AcrossRow, ListSharedIndicatorsResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { figure, number, period } from "../i18n/format";
import { frequencyOf } from "../i18n/periods";
import { Choice, TextField } from "../parts/field";
import { Empty, Reading } from "../parts/notice";
import { FigureCell, useParameter, useSetParameter } from "../parts/page";
import { Cautions, KnownAt, MissionLink } from "./hq-parts";

/** Shades of a cell, from little to much. */
const SHADES = 3;

/** The shared indicators, and one of them in all missions. */
export function HeatMap() {
  const list = useGet<ListSharedIndicatorsResponse>("/hq/shared-indicators");
  const asked = useParameter("indicator");
  const set = useSetParameter();
  const shared = [...(list.data?.indicators ?? [])].sort((one, other) => other.missions.length - one.missions.length || one.library_code.localeCompare(other.library_code));
  const code = asked || shared[0]?.library_code;
  const shown = shared.find((one) => one.library_code === code);
  return (
    <Reading of={list}>
      {shared.length === 0 || !code ? (
        <Empty>{t("hq.none_shared")}</Empty>
      ) : (
        <div class="stack">
          <Choice
            label={t("hq.shared", { count: shared.length })}
            value={code}
            among={shared.map((one) => [one.library_code, t("hq.used_by", { name: `${one.library_code} · ${say(one.name)}`, count: one.missions.length })] as const)}
            hint={shown && shown.cautioned.length > 0 ? t("hq.cautioned", { missions: shown.cautioned.join(", ") }) : undefined}
            onInput={(value) => set("indicator", value)}
          />
          <OneIndicator key={code} code={code} usual={shown?.frequency ?? ""} />
        </div>
      )}
    </Reading>
  );
}

function OneIndicator({ code, usual }: { code: string; usual: string }) {
  const [frequency, from, to] = [useParameter("frequency"), useParameter("from"), useParameter("to")];
  const set = useSetParameter();
  // Half a period that is being typed asks for nothing: each read is noted in every mission.
  const fitting = (text: string) => (frequencyOf(text.trim()) === (frequency || usual) ? text.trim() : "");
  const query = new URLSearchParams(Object.entries({ frequency, first_period: fitting(from), last_period: fitting(to) }).filter(([, value]) => value)).toString();
  const map = useGet<AcrossMissions>(`/hq/shared-indicators/${encodeURIComponent(code)}${query ? `?${query}` : ""}`);
  const of = map.data;
  return (
    <Reading of={map}>
      {of && (
        <section class="card stack" aria-labelledby="hq-indicator">
          <h2 id="hq-indicator">{say(of.name) || of.library_code}{of.unit && <span class="soft"> ({of.unit})</span>}</h2>
          <div class="pair">
            <Choice label={t("hq.frequency")} value={of.frequency} among={of.frequencies} onInput={(value) => set("frequency", value)} />
            <TextField label={t("hq.from")} value={from} hint={t("hq.period_hint")} onInput={(value) => set("from", value)} />
            <TextField label={t("hq.to")} value={to} hint={t("hq.to_hint")} onInput={(value) => set("to", value)} />
          </div>
          <p class="soft small">{of.ranked_period ? t(of.direction === "in_range" ? "hq.not_ranked" : of.direction === "lower" ? "hq.ranked_lower" : "hq.ranked_higher", { period: period(of.ranked_period) }) : t("hq.no_values")}</p>
          {of.rows.length === 0 ? <Empty>{t("hq.nobody")}</Empty> : <Map of={of} />}
          <Differing of={of.rows.filter((row) => row.cautions.length > 0)} />
          <p class="soft small">{t("hq.shades")}</p>
        </section>
      )}
    </Reading>
  );
}

function Map({ of }: { of: AcrossMissions }) {
  // Other units have another scale: only what is compared is shaded together.
  const values = of.rows.filter((row) => row.cautions.length === 0).flatMap((row) => row.cells.flatMap((cell) => (cell.value === null ? [] : [cell.value])));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const shade = (row: AcrossRow, value: number | null) => {
    if (value === null || row.cautions.length > 0) return undefined;
    return `h${most > least ? Math.min(SHADES, 1 + Math.floor(((value - least) / (most - least)) * SHADES)) : 1}`;
  };
  return (
    <div class="scroller" tabIndex={0} role="group" aria-label={t("hq.map")}>
      <table class="heat">
        <caption class="unseen">{t("hq.map")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("missions.mission")}</th>
            <th scope="col" class="n">{t("hq.rank")}</th>
            {of.periods.map((one) => <th key={one} scope="col" class="n">{period(one)}</th>)}
            <th scope="col">{t("hq.known")}</th>
          </tr>
        </thead>
        <tbody>
          {of.rows.map((row) => row.mission && (
            <tr key={`${row.mission.code} ${row.indicator_code}`} class={row.cautions.length > 0 ? "differs" : undefined}>
              <th scope="row"><MissionLink of={row.mission} to={at(row)} /></th>
              <td class="n">{row.rank > 0 ? number(row.rank) : row.apart ? t("hq.apart") : "–"}</td>
              {row.cells.length === 0 && of.periods.length > 0 && <td colSpan={of.periods.length} class="soft">{t("hq.other_frequency", { frequency: word(row.frequency) })}</td>}
              {row.cells.map((cell, place) => (
                <td key={of.periods[place]} class={`n ${shade(row, cell.value) ?? ""}`}>
                  {/* The same way as the row's, which the keyboard takes. */}
                  <Link href={at(row)} tabIndex={-1} aria-label={`${row.mission?.code}, ${period(of.periods[place])}: ${figure(cell)}`}><FigureCell of={cell} /></Link>
                </td>
              ))}
              <td><KnownAt of={row.mission} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Missions whose definition is not the library's: why they stand apart. */
function Differing({ of }: { of: readonly AcrossRow[] }) {
  if (of.length === 0) return null;
  return (
    <section class="stack tight" aria-labelledby="hq-differing">
      <h3 id="hq-differing">{t("hq.definition")}</h3>
      <dl class="differing">
        {of.map((row) => (
          <div key={`${row.mission?.code} ${row.indicator_code}`}>
            <dt><b>{row.mission?.code}</b></dt>
            <dd><Cautions of={row.cautions} /></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The indicator's own page in its mission. */
function at(row: AcrossRow): string {
  return `/m/${row.mission?.code}/indicators/${encodeURIComponent(row.indicator_code)}`;
}
