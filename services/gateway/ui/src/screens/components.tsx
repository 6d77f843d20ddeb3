// The gallery: every own component in each of its looks, for screenshots and axe.
import { useState } from "preact/hooks";
import { Problem } from "../api/problem";
import type { Area, Point, Target } from "../api/types";
import { AreaMap } from "../charts/map";
import { SeriesChart } from "../charts/series";
import { Spark } from "../charts/spark";
import { t, word } from "../i18n";
import { figure } from "../i18n/format";
import { sequence } from "../i18n/periods";
import { Dialog } from "../parts/dialog";
import { Drop } from "../parts/drop";
import { Choice, Choices, NumberField, TextArea, TextField, TextPair } from "../parts/field";
import { Conflict } from "../parts/form";
import { Icon } from "../parts/icon";
import { merge } from "../parts/merge";
import { Empty, Notice, Trouble } from "../parts/notice";
import { FigureCell, PageHead, Tabs } from "../parts/page";
import { Classification, State, Status, Trend } from "../parts/status";
import { Table } from "../parts/table";
import { PLAN_STATES, STATUSES, TRENDS } from "../words";

const FIGURES = [{ value: 1234.5 }, { value: 0 }, { value: null, kind: "missing" }, { value: null, kind: "not_applicable" }, { value: null, kind: "suppressed" }];
const POINTS: Point[] = sequence("2024-01", "2025-12").map((period, place) => ({
  period, value: place % 9 === 4 ? null : 40 + 12 * Math.sin(place / 3) - place * 0.8, numerator: null, denominator: null, kind: place % 9 === 4 ? "missing" : "value", observations: 1, coverage: 1, share_verified: 1, mismatch: false, note: null,
}));
const TARGET: Target = { id: "t", indicator_id: "", period: "2025", area: "", slice: "", value: 25, low: null, high: null, reason: "", version: 1, recorded_at: "", recorded_by: "" };

function square(code: string, x: number, y: number): Area {
  const ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]];
  return { id: code, code, name: { en: code, fr: code }, level: 1, parent_code: "", valid_from: "", valid_to: "", geometry: JSON.stringify({ type: "Polygon", coordinates: [ring] }), aliases: [], version: 1, former_parents: [], withdrawn: false };
}
const AREAS = [square("A", 0, 0), square("B", 1, 0), square("C", 0, 1), square("D", 1, 1), square("E", 2, 0), square("F", 2, 1)];
const VALUES = new Map([["A", { value: 3 }], ["B", { value: 8 }], ["C", { value: 0 }], ["D", { value: 21 }], ["E", { value: 13 }]]);

/** The gallery. */
export default function Components() {
  const [text, setText] = useState("");
  const [pair, setPair] = useState({ en: "Protection", fr: "Protection" });
  const [many, setMany] = useState<string[]>(["civilian"]);
  const [open, setOpen] = useState(false);
  const of = merge({ statement: "A", lead_section: "JMAC", version: 1 }, { statement: "B", lead_section: "JMAC", version: 1 }, { statement: "C", lead_section: "UNPOL", version: 2 });
  return (
    <main class="stack">
      <PageHead title={t("gallery.title")} sub={<span>{t("gallery.what")}</span>}>
        <button type="button" class="button primary">{t("action.save")}</button>
        <button type="button" class="button" onClick={() => setOpen(true)}>{t("action.open")}</button>
      </PageHead>
      <section class="card stack tight">
        <h2>{t("gallery.buttons")}</h2>
        <div class="row">
          <button type="button" class="button primary">{t("action.save")}</button>
          <button type="button" class="button">{t("action.edit")}</button>
          <button type="button" class="button quiet">{t("action.cancel")}</button>
          <button type="button" class="button danger">{t("action.remove")}</button>
          <button type="button" class="button" disabled>{t("state.saving")}</button>
          <button type="button" class="button square" aria-label={t("action.add")}><Icon name="plus" /></button>
        </div>
      </section>
      <section class="card stack tight">
        <h2>{t("gallery.status")}</h2>
        <div class="row">{STATUSES.map((one) => <Status key={one} of={one} />)}</div>
        <div class="row">{PLAN_STATES.map((one) => <State key={one} of={one} />)}</div>
        <div class="row">{TRENDS.map((one) => <Trend key={one} of={one === "no_trend" ? "none" : one} />)}<Classification of="confidential" /></div>
      </section>
      <section class="card stack tight">
        <h2>{t("gallery.figures")}</h2>
        <Table caption={t("gallery.figures")} rows={FIGURES} keyOf={figure} columns={[{ head: t("field.kind"), names: true, cell: (one) => (one.value === 0 ? t("figure.zero_title") : word(one.kind ?? "value")) }, { head: t("field.value"), numeric: true, cell: (one) => <FigureCell of={one} /> }]} />
      </section>
      <section class="card stack tight">
        <h2>{t("gallery.fields")}</h2>
        <div class="pair">
          <TextField label={t("field.name")} value={text} onInput={setText} hint={t("field.period_hint")} required />
          <NumberField label={t("field.value")} value="12,5" onInput={() => undefined} wrong={t("problem.unknown")} />
          <Choice label={t("plan.component")} value="civilian" among={["civilian", "military", "police"]} onInput={() => undefined} />
        </div>
        <TextPair label={t("field.title")} value={pair} onInput={setPair} />
        <TextArea label={t("field.note")} value={text} onInput={setText} />
        <Choices label={t("plan.component")} value={many} onInput={setMany} among={["civilian", "military", "police"].map((one) => [one, word(one)] as const)} />
        <Drop accept=".csv" label={t("imports.drop")} onFile={() => undefined} />
      </section>
      <section class="card stack tight">
        <h2>{t("gallery.notices")}</h2>
        <Notice>{t("draft.restored")}</Notice>
        <Notice tone="good">{t("state.saved")}</Notice>
        <Notice tone="careful">{t("shell.no_line")}</Notice>
        <Trouble problem={new Problem(422, "invalid", t("problem.unknown"), [{ field: "title", message: t("field.required") }])} kept again={() => undefined} />
        <Conflict of={of} busy={false} onSettle={() => undefined} />
        <Empty action={<button type="button" class="button">{t("plan.draft")}</button>}>{t("plan.none")}</Empty>
      </section>
      <section class="card stack tight">
        <h2>{t("gallery.charts")}</h2>
        <Tabs label={t("gallery.charts")} views={[["series", t("indicator.series")], ["areas", t("indicator.by_area")]]} />
        <div class="columns even">
          <SeriesChart points={POINTS} targets={[TARGET]} baseline={52} unit="n" label={t("indicator.series")} />
          <AreaMap areas={AREAS} values={VALUES} label={t("context.map")} chosen="D" onChoose={() => undefined} />
        </div>
        <Spark points={POINTS} label={t("home.spark", { count: POINTS.length })} />
      </section>
      {open && <Dialog title={t("gallery.title")} onClose={() => setOpen(false)}><p>{t("gallery.what")}</p></Dialog>}
    </main>
  );
}
