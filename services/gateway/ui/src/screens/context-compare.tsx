// Two context maps side by side, and a new map that begins from this one.
import { Link, useLocation } from "wouter-preact";
import { write } from "../api/client";
import { expire, useAll, useGet } from "../api/store";
import type { ContextFactor, ContextMap, ContextMapComparison, ListContextMapsResponse } from "../api/types";
import { say, t, word } from "../i18n";
import { period, signed } from "../i18n/format";
import { containing, today } from "../i18n/periods";
import { useDraft } from "../parts/draft";
import { closeDrawer } from "../parts/drawer";
import { TextField, TextPair } from "../parts/field";
import { Form } from "../parts/form";
import { Empty, Reading } from "../parts/notice";
import { Trend } from "../parts/status";
import { Table } from "../parts/table";
import { below, page } from "../session";

const TONES: Record<string, string> = { improved: "on_track", worsened: "off_track", added: "at_risk", gone: "achieved", same: "no_data" };
const ARROWS: Record<string, string> = { improved: "↗", worsened: "↘", added: "+", gone: "−", same: "=" };

/** Chooses the map to compare with; the address keeps it. */
export function CompareWith({ map, other }: { map: ContextMap; other: string }) {
  const maps = useAll<ListContextMapsResponse>(below("context-maps?page_size=200"));
  const [, go] = useLocation();
  const others = (maps.data?.context_maps ?? []).filter((one) => one.id !== map.id);
  if (others.length === 0) return null;
  return (
    <div class="row compare-with">
      <label class="row">
        {t("compare.with")}
        <select class="control" value={other} onChange={(event) => go(`${page(`context-maps/${map.id}`)}${event.currentTarget.value ? `?with=${event.currentTarget.value}` : ""}`)}>
          <option value="">{t("compare.choose")}</option>
          {others.map((one) => <option key={one.id} value={one.id}>{say(one.title)}, {period(one.period)} ({word(one.state)})</option>)}
        </select>
      </label>
      {other && <Link class="button" href={`${page(`context-maps/${other}`)}?with=${map.id}`}>{t("compare.swap")}</Link>}
    </div>
  );
}

/** What changed from one map to another. */
export function Compared({ before, after }: { before: string; after: string }) {
  const found = useGet<ContextMapComparison>(below(`context-maps/${before}/compare/${after}`));
  const data = found.data;
  const head = (map: ContextMap | null | undefined) => ({ title: say(map?.title ?? null), period: period(map?.period) });
  return (
    <Reading of={found}>
      {data && (data.factors.length === 0 ? <Empty>{t("compare.none")}</Empty> : (
        <>
          <section class="stack tight">
            <h2>{t("compare.title")}</h2>
            <p class="soft">{t("compare.before", head(data.before))}<br />{t("compare.after", head(data.after))}</p>
            <Table
              caption={t("compare.title")}
              rows={data.factors}
              keyOf={(one) => `${one.before?.id}${one.after?.id}`}
              columns={[
                { head: t("context.factor"), names: true, wide: true, cell: (one) => say((one.after ?? one.before)?.title ?? null) },
                { head: t("compare.change"), cell: (one) => <Change of={one.change} /> },
                { head: t("compare.was"), cell: (one) => <Side of={one.before} /> },
                { head: t("compare.is"), cell: (one) => <Side of={one.after} /> },
              ]}
            />
          </section>
          <section class="stack tight">
            <h2>{t("compare.by_area")}</h2>
            <Table
              caption={t("compare.by_area")}
              rows={data.areas}
              keyOf={(one) => one.area}
              columns={[
                { head: t("field.area"), names: true, cell: (one) => one.area || t("area.all") },
                { head: word("added"), numeric: true, cell: (one) => one.added },
                { head: word("gone"), numeric: true, cell: (one) => one.gone },
                { head: word("worsened"), numeric: true, cell: (one) => one.worsened },
                { head: word("improved"), numeric: true, cell: (one) => one.improved },
                { head: word("same"), numeric: true, cell: (one) => one.same },
                { head: t("compare.burden"), numeric: true, cell: (one) => <Burden before={one.burden_before} after={one.burden_after} /> },
              ]}
            />
            <p class="soft small">{t("compare.burden_explain")}</p>
          </section>
        </>
      ))}
    </Reading>
  );
}

function Change({ of }: { of: string }) {
  return (
    <span class={`status ${TONES[of] ?? "no_data"}`}>
      <span aria-hidden="true">{ARROWS[of]}</span>
      {word(of)}
    </span>
  );
}

function Side({ of }: { of: ContextFactor | null }) {
  if (!of) return <span class="soft">{t("compare.not_there")}</span>;
  return (
    <>
      <span class="row">{word(of.effect)} · {of.severity}/5 <Trend of={of.trend} /></span>
      <span class="soft small">{of.areas.join(", ") || t("area.all")}</span>
    </>
  );
}

function Burden({ before, after }: { before: number; after: number }) {
  const moved = after - before;
  return <>{signed(before)} → {signed(after)}{moved !== 0 && " "}{moved !== 0 && <span class={moved > 0 ? "status off_track" : "status on_track"}>{moved > 0 ? "↘" : "↗"} {word(moved > 0 ? "worsened" : "improved")}</span>}</>;
}

/** Begins the next map. */
export function NextMap({ from }: { from: ContextMap }) {
  const draft = useDraft(`next-map.${from.id}`, { title: { en: "", fr: "" }, period: containing(new Date(`${today()}T00:00:00Z`), "half_year") });
  const [, go] = useLocation();
  return (
    <Form
      draft={draft}
      submit={t("action.draft")}
      onDone={closeDrawer}
      send={async (value) => {
        const made = await write<ContextMap>("POST", below(`context-maps/${from.id}/next`), value);
        expire(below("context-maps"));
        go(`${page(`context-maps/${made.id}`)}`);
      }}
    >
      {(about) => (
        <>
          <p class="soft">{t("context.next_explain")}</p>
          <TextField label={t("field.period")} hint={t("field.period_hint")} value={draft.value.period} wrong={about("period")} onInput={(next) => draft.set({ period: next })} required />
          <TextPair label={t("field.title")} hint={t("context.title_kept")} value={draft.value.title} wrong={about("title")} onInput={(title) => draft.set({ title })} />
        </>
      )}
    </Form>
  );
}
