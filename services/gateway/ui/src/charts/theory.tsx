// The theory of change as SVG: outputs, the outcomes that they should bring about, objectives. The places come laid out.
import { useRef, useState } from "preact/hooks";
import type { ResultLink, TheoryNode, TheoryOfChange } from "../api/types";
import { say, t, word } from "../i18n";
import { useWidth } from "./width";

const WIDTH_FIRST = 1000;
/** Below it the picture is as wide as this and scrolls in its frame. */
const WIDTH_MIN = 720;
const ROW_PX = 58;
const BOX_PX = 46;
const HEAD_PX = 26;
const PAD_PX = 6;
/** Share of the width that boxes of one column take; the rest is for the links. */
const BOX_SHARE = 0.26;
/** Width of a letter, about, and the lines of a box. */
const LETTER_PX = 6.4;
const LINES = 2;

/** A text in lines of at most so many letters; what has no room ends with an ellipsis. */
export function inLines(text: string, letters: number, lines: number): string[] {
  const result: string[] = [];
  let line = "";
  for (const part of text.split(/\s+/)) {
    const longer = line ? `${line} ${part}` : part;
    if (longer.length <= letters || !line) line = longer;
    else {
      result.push(line);
      line = part;
    }
  }
  if (line) result.push(line);
  const cut = result.slice(0, lines);
  const last = cut.length - 1;
  if (result.length > lines && cut[last] !== undefined) cut[last] = `${cut[last].slice(0, letters - 1).trimEnd()}…`;
  return cut.map((one) => (one.length > letters ? `${one.slice(0, letters - 1)}…` : one));
}

interface Props {
  theory: TheoryOfChange;
  onOpen: (id: string) => void;
}

/** The picture. */
export function TheoryChart({ theory, onOpen }: Props) {
  const { ref, width: seen } = useWidth<SVGSVGElement>(WIDTH_FIRST);
  const width = Math.max(WIDTH_MIN, seen);
  const [at, setAt] = useState("");
  const group = useRef<SVGGElement>(null);
  const box = width * BOX_SHARE;
  const left = (column: number) => PAD_PX + ((width - 2 * PAD_PX - box) * column) / 2;
  const top = (row: number) => HEAD_PX + row * ROW_PX;
  const height = HEAD_PX + theory.rows * ROW_PX + PAD_PX;
  const byId = new Map(theory.nodes.map((node) => [node.item_id, node]));
  const letters = Math.floor((box - 16) / LETTER_PX);

  // Up and down in a column, left and right to the nearest of the next one; Tab leaves the picture.
  const walk = (event: KeyboardEvent) => {
    const now = byId.get((event.target as Element).closest<SVGElement>("[data-node]")?.dataset.node ?? "");
    if (!now) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(now.item_id);
      return;
    }
    const [dx, dy] = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    const there = theory.nodes.filter((node) => node.column === now.column + dx && (dx !== 0 || (node.row - now.row) * dy > 0));
    const linked = (node: TheoryNode) => joined(now.item_id, node.item_id);
    there.sort((one, other) => Number(linked(other)) - Number(linked(one)) || Math.abs(one.row - now.row) - Math.abs(other.row - now.row));
    const next = dx === 0 ? there.sort((one, other) => Math.abs(one.row - now.row) - Math.abs(other.row - now.row))[0] : there[0];
    if (!next) return;
    setAt(next.item_id);
    group.current?.querySelector<SVGElement>(`[data-node="${next.item_id}"]`)?.focus();
  };
  const joined = (one: string, other: string) =>
    theory.links.some((link) => (link.output_id === one && link.outcome_id === other) || (link.output_id === other && link.outcome_id === one)) ||
    theory.steps.some((step) => (step.outcome_id === one && step.objective_id === other) || (step.outcome_id === other && step.objective_id === one));
  const curve = (from: TheoryNode, to: TheoryNode) => {
    const [x1, y1, x2, y2] = [left(from.column) + box, top(from.row) + BOX_PX / 2, left(to.column), top(to.row) + BOX_PX / 2];
    const bend = (x2 - x1) / 2;
    return { path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
  };
  const first = byId.has(at) ? at : theory.nodes[0]?.item_id;
  const touched = at !== "" && byId.has(at);
  const named = (link: ResultLink) => `${byId.get(link.output_id)?.number ?? ""} → ${byId.get(link.outcome_id)?.number ?? ""}: ${word(link.strength)}, ${t("theory.months", { count: link.expected_lag_months })}. ${say(link.hypothesis)}`;
  return (
    <div class="scroller" tabIndex={0} role="group" aria-label={t("theory.label", { results: theory.nodes.length, links: theory.links.length })}>
      <svg ref={ref} class={touched ? "chart theory touched" : "chart theory"} style={{ minInlineSize: `${WIDTH_MIN}px` }} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={t("theory.label", { results: theory.nodes.length, links: theory.links.length })} onKeyDown={walk}>
        {["output", "outcome", "objective"].map((kind, column) => <text key={kind} class="column" x={left(column)} y={HEAD_PX - 10}>{t(`theory.${kind}s` as "theory.outputs")}</text>)}
        <g aria-hidden="true">
          {theory.steps.map((step) => {
            const [from, to] = [byId.get(step.outcome_id), byId.get(step.objective_id)];
            if (!from || !to) return null;
            return <path key={step.outcome_id} class={at === step.outcome_id || at === step.objective_id ? "step near" : "step"} d={curve(from, to).path} />;
          })}
          {theory.links.map((link) => {
            const [from, to] = [byId.get(link.output_id), byId.get(link.outcome_id)];
            if (!from || !to) return null;
            const { path, x, y } = curve(from, to);
            const near = at === link.output_id || at === link.outcome_id;
            return (
              <g key={`${link.output_id}${link.outcome_id}`} class={`link ${link.strength}${near ? " near" : ""}`}>
                <title>{named(link)}</title>
                <path d={path} />
                {near && <text class="lag" x={x} y={y - 4} text-anchor="middle">{t("theory.months", { count: link.expected_lag_months })}</text>}
              </g>
            );
          })}
        </g>
        <g ref={group}>
          {theory.nodes.map((node) => (
            <g key={node.item_id} data-node={node.item_id} class={`node ${node.kind}${node.unlinked ? " unlinked" : ""}${node.item_id === at ? " at" : ""}${touched && joined(at, node.item_id) ? " near" : ""}`} role="button" tabIndex={node.item_id === first ? 0 : -1} aria-label={`${word(node.kind)} ${node.number} ${say(node.statement)}${node.unlinked ? `, ${t("theory.unlinked")}` : ""}`} transform={`translate(${left(node.column)} ${top(node.row)})`} onClick={() => onOpen(node.item_id)} onFocus={() => setAt(node.item_id)} onBlur={() => setAt("")} onMouseEnter={() => setAt(node.item_id)} onMouseLeave={() => setAt("")}>
              <rect width={box} height={BOX_PX} rx={4} />
              {inLines(`${node.number} ${say(node.statement)}`, letters, LINES).map((line, place) => <text key={place} x={8} y={18 + place * 16}>{line}</text>)}
              {node.unlinked && <text class="flag" x={box - 8} y={14} text-anchor="end" aria-hidden="true">⚠</text>}
            </g>
          ))}
        </g>
      </svg>
    </div>
  );
}
