// The framework as a workbook: take it, edit it in Excel, drop it, see what would change, and change it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { fileAddress, write } from "../api/client";
import { expire } from "../api/store";
import type { Plan, WorkbookChange, WorkbookField, WorkbookLayout, WorkbookPreview, WorkbookReading } from "../api/types";
import { language, t, word } from "../i18n";
import { number } from "../i18n/format";
import { Drop } from "../parts/drop";
import { Choice, TextField } from "../parts/field";
import { Notice, Trouble } from "../parts/notice";
import { Table } from "../parts/table";
import { fileMark, useWrite } from "../parts/write";
import { fieldName, fieldValue } from "../plan/fields";
import { below, mayWrite } from "../session";
import { COMPONENTS, DIMENSIONS } from "../words";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** Fields whose cells are words of a vocabulary. */
const SHAPES = ["columns", "kind", "indented"] as const;
/** What a column of somebody's own framework may hold, by how its levels stand. */
const LEVELS = ["objective", "outcome", "output", "activity"] as const;
const FACTS = ["lead_section", "contributing_sections", "areas", "markers", "start", "end", "component", "dimension", "indicator", "indicator_code", "unit", "baseline", "target", "verification"] as const;

/** What is asked beside the file. */
interface Wish {
  removeMissing: boolean;
  takeMine: boolean;
  layout: WorkbookLayout | null;
  section: string;
  component: string;
  dimension: string;
}

const NOTHING: Wish = { removeMissing: false, takeMine: false, layout: null, section: "", component: "", dimension: "" };

/** The address of a wish, as the gateway reads it. */
export function queryOf(wish: Wish): string {
  const query = new URLSearchParams({ language: language.value });
  if (wish.removeMissing) query.set("remove_missing", "true");
  if (wish.takeMine) query.set("take_mine", "true");
  for (const [name, value] of [["default_section", wish.section], ["default_component", wish.component], ["default_dimension", wish.dimension]] as const) if (value) query.set(name, value);
  if (wish.layout) {
    const { columns, ...stands } = wish.layout;
    for (const [name, value] of Object.entries(stands)) query.set(`layout.${name}`, String(value));
    for (const [field, column] of Object.entries(columns)) if (column) query.set(`column.${field}`, column);
  }
  return query.toString();
}

/** The workbook of a plan. */
export function PlanWorkbook({ plan }: { plan: Plan }) {
  const editable = plan.state === "draft" && mayWrite("coordinator");
  return (
    <div class="stack">
      <section class="card stack tight">
        <p>{t("workbook.about")}</p>
        <div><a class="button" href={fileAddress(below(`plans/${plan.id}/workbook.xlsx?language=${language.value}`))} download>{t("workbook.download")}</a></div>
      </section>
      {editable ? <TakeIn plan={plan} /> : <Notice>{t("workbook.only_drafts")}</Notice>}
    </div>
  );
}

function TakeIn({ plan }: { plan: Plan }) {
  const [file, setFile] = useState<File | null>(null);
  const [wish, setWish] = useState<Wish>(NOTHING);
  const [preview, setPreview] = useState<WorkbookPreview | null>(null);
  const writing = useWrite();
  const look = (of: File, next: Wish) => {
    setFile(of);
    setWish(next);
    void writing.run(async (key) => {
      setPreview(await write<WorkbookPreview>("POST", below(`plans/${plan.id}/workbook/preview?${queryOf(next)}`), undefined, { key, raw: { body: of, type: XLSX } }));
    }, `${fileMark(of)} ${queryOf(next)}`);
  };
  const apply = () => {
    if (!file || !preview) return;
    const query = `${queryOf(wish)}&digest=${preview.digest}`;
    void writing.run(async (key) => {
      const done = await write<WorkbookPreview>("POST", below(`plans/${plan.id}/workbook/apply?${query}`), undefined, { key, version: preview.version, raw: { body: file, type: XLSX } });
      setPreview(done);
      setFile(null);
      expire(below("plans"), below("indicators"), below("targets"));
    }, `${fileMark(file)} ${query}`);
  };
  const todo = preview ? preview.added + preview.changed + preview.moved + preview.gone : 0;
  return (
    <>
      <Drop accept={`.xlsx,${XLSX}`} label={t("workbook.drop")} onFile={(of) => { setPreview(null); look(of, NOTHING); }} />
      {writing.busy && <p aria-busy="true" role="status">{t("workbook.reading")}</p>}
      <Trouble problem={writing.problem} kept />
      {Boolean(writing.problem) && file && <div><button type="button" class="button" onClick={() => look(file, wish)}>{t("workbook.look_again")}</button></div>}
      {preview?.applied && <Notice tone="good">{t("workbook.applied", { count: todo })}</Notice>}
      {preview && file && (
        <section class="stack" aria-label={t("workbook.preview")}>
          <h2>{file.name}</h2>
          {preview.reading && <Reading key={preview.digest} reading={preview.reading} wish={wish} busy={writing.busy} again={(next) => look(file, next)} />}
          <Counts preview={preview} />
          <Problems preview={preview} />
          <div class="row">
            {!preview.reading && <label class="row"><input type="checkbox" checked={wish.removeMissing} onChange={(event) => look(file, { ...wish, removeMissing: event.currentTarget.checked })} />{t("workbook.remove_missing")}</label>}
            {(preview.conflicts > 0 || wish.takeMine) && <label class="row"><input type="checkbox" checked={wish.takeMine} onChange={(event) => look(file, { ...wish, takeMine: event.currentTarget.checked })} />{t("workbook.take_mine")}</label>}
            <button type="button" class="button primary" disabled={writing.busy || preview.problems.length > 0 || todo === 0} onClick={apply}>{t("workbook.apply", { count: todo })}</button>
          </div>
          {todo === 0 && preview.problems.length === 0 && <Notice>{t("workbook.nothing_new")}</Notice>}
          <Changes preview={preview} />
        </section>
      )}
    </>
  );
}

function Counts({ preview }: { preview: WorkbookPreview }) {
  const counts: [ComponentChildren, number][] = [
    [t("workbook.change_added"), preview.added],
    [t("workbook.change_changed"), preview.changed],
    [t("workbook.change_moved"), preview.moved],
    [t("workbook.change_gone"), preview.gone],
    [t("workbook.change_missing"), preview.missing],
    [t("workbook.unchanged"), preview.unchanged],
    [t("workbook.conflicts"), preview.conflicts],
    [t("workbook.problems"), preview.problems.length],
  ];
  return <dl class="card facts">{counts.map(([label, count], place) => <div key={place}><dt>{label}</dt><dd>{number(count)}</dd></div>)}</dl>;
}

function Problems({ preview }: { preview: WorkbookPreview }) {
  if (preview.problems.length === 0) return null;
  return (
    <>
      <Notice tone="wrong">{t("workbook.mend", { count: preview.problems.length })}</Notice>
      <Table
        caption={t("workbook.problems")}
        rows={preview.problems}
        keyOf={(one) => `${one.cell} ${one.message}`}
        columns={[
          { head: t("workbook.cell"), names: true, cell: (one) => (one.cell ? <code>{one.cell}</code> : t("workbook.whole")) },
          { head: t("workbook.what_is_wrong"), wide: true, cell: (one) => one.message },
        ]}
      />
    </>
  );
}

function Changes({ preview }: { preview: WorkbookPreview }) {
  if (preview.changes.length === 0) return null;
  return (
    <Table
      caption={t("workbook.changes")}
      rows={preview.changes}
      keyOf={(one) => `${one.what} ${one.cell} ${one.name} ${one.change}`}
      columns={[
        { head: t("workbook.what_happens"), cell: (one) => <><span aria-hidden="true">{MARKS[one.change]} </span>{t(`workbook.change_${one.change as "added"}`)}</> },
        { head: t("workbook.cell"), cell: (one) => (one.cell ? <code>{one.cell}</code> : "–") },
        { head: t("workbook.row"), names: true, wide: true, cell: (one) => <>{t(`workbook.what_${one.what as "item"}`)} {one.name}</> },
        { head: t("workbook.fields"), wide: true, cell: (one) => <Fields of={one} /> },
      ]}
    />
  );
}

const MARKS: Record<string, string> = { added: "+", changed: "✎", moved: "↕", gone: "−", missing: "·" };

function Fields({ of }: { of: WorkbookChange }) {
  const shown = (field: WorkbookField, text: string) => fieldValue(field, text);
  return (
    <ul class="plain">
      {of.fields.map((field) => (
        <li key={field.field}>
          {fieldName(field.field)}: {of.change !== "added" && <><del>{shown(field, field.before)}</del> → </>}<ins>{shown(field, field.after)}</ins>
          {field.cell && of.change !== "added" && <> <code class="soft">{field.cell}</code></>}
          {field.conflict && <> <strong>⚠ {t("workbook.conflict")}</strong></>}
        </li>
      ))}
    </ul>
  );
}

/** How a framework of another make was read; the person corrects it and looks again. */
function Reading({ reading, wish, busy, again }: { reading: WorkbookReading; wish: Wish; busy: boolean; again: (wish: Wish) => void }) {
  const guessed = reading.layout ?? { sheet: "", heading_row: 1, shape: "columns", columns: {}, language: "en" };
  const [layout, setLayout] = useState<WorkbookLayout>(guessed);
  const [usual, setUsual] = useState({ section: wish.section, component: wish.component, dimension: wish.dimension });
  const fields = [...(layout.shape === "columns" ? LEVELS : layout.shape === "kind" ? (["kind", "statement"] as const) : (["statement"] as const)), ...FACTS];
  const take = (column: string, field: string) => {
    const kept = Object.entries(layout.columns).filter(([name, letters]) => letters !== column && name !== field);
    setLayout({ ...layout, columns: Object.fromEntries(field ? [...kept, [field, column]] : kept) });
  };
  const columns = Object.fromEntries(Object.entries(layout.columns).filter(([field]) => (fields as readonly string[]).includes(field)));
  return (
    <form class="card stack" aria-label={t("workbook.layout")} onSubmit={(event) => { event.preventDefault(); again({ ...wish, ...usual, layout: { ...layout, columns } }); }}>
      <Notice>{t("workbook.foreign")}</Notice>
      <div class="pair">
        <Choice label={t("workbook.sheet")} value={layout.sheet} among={reading.sheets} onInput={(sheet) => setLayout({ ...layout, sheet })} />
        <TextField label={t("workbook.heading_row")} type="number" value={String(layout.heading_row)} onInput={(row) => setLayout({ ...layout, heading_row: Math.max(0, Number(row) || 0) })} />
        <Choice label={t("workbook.shape")} value={layout.shape} among={SHAPES.map((one) => [one, t(`workbook.shape_${one}`)] as const)} onInput={(shape) => setLayout({ ...layout, shape })} />
        <Choice label={t("workbook.language")} value={layout.language} among={[["en", "English"], ["fr", "Français"]]} onInput={(chosen) => setLayout({ ...layout, language: chosen })} />
      </div>
      <Table
        caption={t("workbook.columns")}
        rows={reading.columns}
        keyOf={(one) => one.column}
        columns={[
          { head: t("workbook.column"), names: true, cell: (one) => <><code>{one.column}</code> {one.heading}</> },
          { head: t("workbook.samples"), wide: true, cell: (one) => one.samples.join(" · ") },
          {
            head: t("workbook.holds"),
            cell: (one) => (
              <select class="control" disabled={busy} aria-label={t("workbook.holds_of", { column: one.column })} value={Object.entries(columns).find(([, letters]) => letters === one.column)?.[0] ?? ""} onChange={(event) => take(one.column, event.currentTarget.value)}>
                <option value="">{t("workbook.left_out")}</option>
                {fields.map((field) => <option key={field} value={field}>{(LEVELS as readonly string[]).includes(field) ? word(field) : fieldName(field)}</option>)}
              </select>
            ),
          },
        ]}
      />
      <div class="pair">
        <TextField label={t("workbook.usual_section")} value={usual.section} onInput={(section) => setUsual({ ...usual, section })} />
        <Choice label={t("workbook.usual_component")} none="–" value={usual.component} among={COMPONENTS} onInput={(component) => setUsual({ ...usual, component })} />
        <Choice label={t("workbook.usual_dimension")} none="–" value={usual.dimension} among={DIMENSIONS} onInput={(dimension) => setUsual({ ...usual, dimension })} />
      </div>
      <div><button type="submit" class="button" disabled={busy}>{t("workbook.look_again")}</button></div>
    </form>
  );
}
