// The crosswalk to the results-based budget: a matrix of its lines and the plan's items, toggled by mouse and keyboard.
import { useRef } from "preact/hooks";
import { fileAddress, write } from "../api/client";
import { expire, put, useGet } from "../api/store";
import type { Plan, PlanItem, RbbCrosswalk, RbbLine, RbbLink } from "../api/types";
import { language, say, t, word } from "../i18n";
import { period as periodShown } from "../i18n/format";
import { useDraft } from "../parts/draft";
import { closeDrawer, openDrawer } from "../parts/drawer";
import { Choice, TextField, TextPair } from "../parts/field";
import { Form, WriteButton } from "../parts/form";
import { Empty, Notice, Reading, Trouble } from "../parts/notice";
import { useParameter, useSetParameter } from "../parts/page";
import { useWrite } from "../parts/write";
import { below, mayWrite } from "../session";
import { RBB_KINDS } from "../words";

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The crosswalk of a plan. */
export function PlanCrosswalk({ plan }: { plan: Plan }) {
  const year = useParameter("year");
  const objective = useParameter("objective");
  const set = useSetParameter();
  const path = below(`plans/${plan.id}/rbb-crosswalk${year ? `?period=${year}` : ""}`);
  const found = useGet<RbbCrosswalk>(path);
  const crosswalk = found.data;
  const planner = mayWrite("coordinator");
  const add = planner && <button type="button" class="button" onClick={() => openDrawer(t("rbb.add_line"), () => <LineForm crosswalk={crosswalk} year={year} />)}>{t("rbb.add_line")}</button>;
  const objectives = plan.items.filter((item) => item.kind === "objective");
  return (
    <Reading of={found}>
      {crosswalk && crosswalk.periods.length === 0 ? (
        <Empty action={add}>{t("rbb.none")}</Empty>
      ) : crosswalk && (
        <div class="stack">
          <div class="row">
            {add}
            <a class="button" href={fileAddress(below(`plans/${plan.id}/rbb-crosswalk.xlsx?${new URLSearchParams({ period: year, language: language.value })}`))} download>{t("rbb.download")}</a>
            {crosswalk.periods.length > 1 && <Choice label={t("rbb.year")} none={t("rbb.all_years")} value={year} among={crosswalk.periods.map((one) => [one, periodShown(one)] as const)} onInput={(value) => set("year", value)} />}
            {objectives.length > 1 && <Choice label={word("objective")} none={t("rbb.all_objectives")} value={objective} among={objectives.map((item) => [item.id, `${item.number} ${say(item.statement)}`] as const)} onInput={(value) => set("objective", value)} />}
          </div>
          <Unlinked plan={plan} crosswalk={crosswalk} />
          <Matrix plan={plan} crosswalk={crosswalk} objective={objective} path={path} />
        </div>
      )}
    </Reading>
  );
}

/** Outcomes and outputs, and whatever else serves a line; of one objective or of all. */
export function columnsOf(plan: Pick<Plan, "items">, crosswalk: Pick<RbbCrosswalk, "links">, objective: string): PlanItem[] {
  const serving = new Set(crosswalk.links.map((link) => link.item_id));
  const top = plan.items.find((item) => item.id === objective)?.number;
  return plan.items.filter((item) => (item.kind === "outcome" || item.kind === "output" || serving.has(item.id)) && (!top || item.number === top || item.number.startsWith(`${top}.`)));
}

function Unlinked({ plan, crosswalk }: { plan: Plan; crosswalk: RbbCrosswalk }) {
  const items = plan.items.filter((item) => crosswalk.unlinked_item_ids.includes(item.id));
  const lines = crosswalk.lines.filter((line) => crosswalk.unlinked_line_ids.includes(line.id));
  return (
    <>
      {items.length > 0 && (
        <Notice tone="careful">
          <p>{t("rbb.unlinked_items", { count: items.length })}</p>
          <details><summary>{t("action.show")}</summary><ul>{items.map((item) => <li key={item.id}>{item.number} {say(item.statement)}</li>)}</ul></details>
        </Notice>
      )}
      {lines.length > 0 && (
        <Notice tone="careful">
          <p>{t("rbb.unlinked_lines", { count: lines.length })}</p>
          <details><summary>{t("action.show")}</summary><ul>{lines.map((line) => <li key={line.id}>{line.code} {say(line.text)}</li>)}</ul></details>
        </Notice>
      )}
    </>
  );
}

function Matrix({ plan, crosswalk, objective, path }: { plan: Plan; crosswalk: RbbCrosswalk; objective: string; path: string }) {
  const table = useRef<HTMLTableElement>(null);
  const writing = useWrite();
  const editable = plan.state === "draft" && mayWrite("coordinator");
  const columns = columnsOf(plan, crosswalk, objective);
  const linked = new Set(crosswalk.links.map((link) => `${link.item_id}:${link.line_id}`));
  const toggle = (item: string, line: string) => {
    const on = !linked.has(`${item}:${line}`);
    const links = crosswalk.links.filter((link) => link.item_id !== item || link.line_id !== line);
    put(path, { ...crosswalk, links: on ? [...links, { item_id: item, line_id: line, linked: true }] : links });
    void writing.run(async () => {
      try {
        await write<RbbLink>("PUT", below(`plans/${plan.id}/rbb-crosswalk`), { item_id: item, line_id: line, linked: on });
      } finally {
        expire(below(`plans/${plan.id}/rbb-crosswalk`));
      }
    });
  };
  const cellAt = (row: number, column: number) => table.current?.querySelector<HTMLElement>(`[data-at="${row}:${column}"]`);
  const act = (event: KeyboardEvent | MouseEvent) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-at]");
    if (!cell) return;
    const [row = 0, column = 0] = (cell.dataset.at ?? "").split(":").map(Number);
    if (event instanceof KeyboardEvent) {
      const step = STEPS[event.key];
      const next = step ? cellAt(row + step[0], column + step[1]) : event.key === "Home" ? cellAt(row, 0) : event.key === "End" ? cellAt(row, columns.length - 1) : null;
      if (next) focus(next);
      if (step || event.key === "Home" || event.key === "End" || event.key === " " || event.key === "Enter") event.preventDefault();
      if (event.key !== " " && event.key !== "Enter") return;
    }
    focus(cell);
    const [item, line] = [columns[column], crosswalk.lines[row]];
    if (editable && item && line) toggle(item.id, line.id);
  };
  const focus = (cell: HTMLElement) => {
    for (const other of table.current?.querySelectorAll<HTMLElement>('[data-at][tabindex="0"]') ?? []) other.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  };
  return (
    <div class="stack tight">
      <p class="soft small">{editable ? t("rbb.keys") : t("rbb.read_only")}</p>
      <Trouble problem={writing.problem} />
      <div class="scroller crosswalk">
        <table ref={table} role="grid" aria-label={t("rbb.title")} aria-readonly={!editable} onClick={act} onKeyDown={act}>
          <thead>
            <tr>
              <th scope="col">{t("rbb.line")}</th>
              {columns.map((item) => <th key={item.id} scope="col" title={say(item.statement)}><abbr title={say(item.statement)}>{item.number}</abbr></th>)}
            </tr>
          </thead>
          <tbody>
            {crosswalk.lines.map((line, row) => (
              <tr key={line.id} class={line.kind === "expected_accomplishment" ? "top" : undefined}>
                <LineHead line={line} crosswalk={crosswalk} />
                {columns.map((item, column) => {
                  const is = linked.has(`${item.id}:${line.id}`);
                  return (
                    <td key={item.id} role="gridcell" data-at={`${row}:${column}`} tabIndex={row === 0 && column === 0 ? 0 : -1} aria-selected={is} aria-label={t(is ? "rbb.cell_linked" : "rbb.cell_free", { item: item.number, line: line.code || say(line.text) })} class={is ? "linked" : undefined}>
                      <span aria-hidden="true">{is ? "✕" : ""}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function LineHead({ line, crosswalk }: { line: RbbLine; crosswalk: RbbCrosswalk }) {
  const text = <><span class="soft">{line.code}</span> {say(line.text)}</>;
  return (
    <th scope="row" title={word(line.kind)}>
      {mayWrite("coordinator") ? <button type="button" class="number-link" onClick={() => openDrawer(word(line.kind), () => <LineForm crosswalk={crosswalk} line={line} year={line.period} />)}>{text}</button> : text}
      <span class="unseen"> ({word(line.kind)})</span>
    </th>
  );
}

function LineForm({ crosswalk, line, year }: { crosswalk: RbbCrosswalk | undefined; line?: RbbLine; year: string }) {
  const empty = { kind: "expected_accomplishment", parent_id: "", code: "", text: { en: "", fr: "" } as RbbLine["text"], period: year || (crosswalk?.periods.at(-1) ?? `FY${new Date().getUTCFullYear() + 1}`) };
  const draft = useDraft(`rbb.${line?.id ?? "new"}`, line ? { kind: line.kind, parent_id: line.parent_id, code: line.code, text: line.text, period: line.period } : empty, line?.version);
  const of = draft.value;
  const tops = (crosswalk?.lines ?? []).filter((one) => one.kind === "expected_accomplishment" && one.id !== line?.id);
  const again = () => {
    expire(below("plans"));
  };
  return (
    <Form
      draft={draft}
      submit={line ? t("action.save") : t("action.add")}
      onDone={closeDrawer}
      theirs={(current) => { const { kind, parent_id, code, text, period } = current as RbbLine; return { kind, parent_id, code, text, period }; }}
      send={async (value, version) => {
        const above = tops.find((one) => one.id === value.parent_id);
        const sent = value.kind === "expected_accomplishment" ? { ...value, parent_id: "" } : { ...value, period: above?.period ?? value.period };
        await write<RbbLine>("PUT", below("rbb-lines"), { line: { ...sent, ...(line ? { id: line.id, version: version ?? line.version } : {}) } });
        again();
      }}
      extra={line && <WriteButton danger label={t("action.remove")} sure={t("rbb.remove_sure")} onDone={closeDrawer} work={async () => { await write("DELETE", below(`rbb-lines/${line.id}`), undefined, { version: line.version }); again(); }} />}
    >
      {(about) => (
        <>
          {!line && <Choice label={t("rbb.kind")} value={of.kind} among={RBB_KINDS} wrong={about("kind")} onInput={(kind) => draft.set({ kind })} />}
          {of.kind !== "expected_accomplishment" && <Choice label={word("expected_accomplishment")} none="–" required value={of.parent_id} among={tops.map((one) => [one.id, `${one.code} ${say(one.text)}`] as const)} wrong={about("parent_id")} onInput={(parent_id) => draft.set({ parent_id })} />}
          <div class="pair">
            <TextField label={t("rbb.code")} placeholder="1.1.2" value={of.code} wrong={about("code")} onInput={(code) => draft.set({ code })} />
            {of.kind === "expected_accomplishment" && <TextField label={t("rbb.year")} placeholder="FY2027" required value={of.period} wrong={about("period")} onInput={(period) => draft.set({ period })} />}
          </div>
          <TextPair label={t("rbb.text")} long required value={of.text} wrong={about("text")} onInput={(text) => draft.set({ text })} />
        </>
      )}
    </Form>
  );
}
