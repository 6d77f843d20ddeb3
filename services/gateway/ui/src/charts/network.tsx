// The network as SVG: shape, colour and word tell the stance, the number the community, the line the relation.
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { NetworkStakeholder, StakeholderNetwork } from "../api/types";
import { t, word } from "../i18n";
import { date } from "../i18n/format";
import { labels } from "./labels";
import { useWidth } from "./width";

const WIDTH_FIRST = 900;
const HEIGHT_SHARE = 0.62;
const HEIGHT_MIN = 420;
const PAD = 26;
/** Width below which the picture stands upright, with smaller marks. */
const NARROW_PX = 560;
const HEIGHT_SHARE_NARROW = 1.5;
/** Lengths that a name is cut to until it has room. */
const NAME_LETTERS = [28, 16] as const;
const BROKERS_SHOWN = 5;
const ARROW_PX = 6;

/** The word of a stance that may be missing. */
export function stanceOf(stance: number | null): string {
  return stance === null ? t("network.unassessed") : word(`stance_${stance < 0 ? `minus_${-stance}` : stance}`);
}

const TONE = (stance: number | null) => (stance === null ? "unknown" : stance > 0 ? "promotes" : stance < 0 ? "prevents" : "neutral");

/** Those who most connect the two sides, the first first. */
export function brokers(network: StakeholderNetwork, most: number): NetworkStakeholder[] {
  return network.stakeholders.filter((one) => one.brokerage > 0).sort((one, other) => other.brokerage - one.brokerage || one.name.localeCompare(other.name)).slice(0, most);
}

/** The mark of a stance: up promotes, square prevents, round is neutral, dashed is not assessed. */
export function StanceMark({ stance, radius }: { stance: number | null; radius: number }): JSX.Element {
  const tone = TONE(stance);
  const inner = stance !== null && Math.abs(stance) === 2;
  const shape = (r: number, extra: string) =>
    tone === "promotes" ? <path class={extra} d={`M0 ${-1.25 * r}L${1.15 * r} ${0.8 * r}H${-1.15 * r}Z`} /> : tone === "prevents" ? <rect class={extra} x={-0.9 * r} y={-0.9 * r} width={1.8 * r} height={1.8 * r} /> : <circle class={extra} r={r} />;
  return (
    <g class={`mark ${tone}`}>
      {shape(radius, "fill")}
      {inner && shape(radius + 3, "rim")}
    </g>
  );
}

interface Props {
  network: StakeholderNetwork;
  onOpen: (id: string, name: string) => void;
}

/** The picture. */
export function NetworkChart({ network, onOpen }: Props) {
  const { ref, width } = useWidth<SVGSVGElement>(WIDTH_FIRST);
  const height = Math.max(HEIGHT_MIN, Math.round(width * (width < NARROW_PX ? HEIGHT_SHARE_NARROW : HEIGHT_SHARE)));
  const [at, setAt] = useState("");
  const group = useRef<SVGGElement>(null);
  const top = useMemo(() => new Set(brokers(network, BROKERS_SHOWN).map((one) => one.stakeholder_id)), [network]);
  const nodes = useMemo(() => {
    const sorted = [...network.stakeholders].sort((one, other) => (other.influence ?? 0) - (one.influence ?? 0) || one.name.localeCompare(other.name));
    const marks = sorted.map((one) => ({
      one,
      x: PAD + one.x * (width - 2 * PAD),
      y: PAD + one.y * (height - 2 * PAD),
      radius: (7.5 + (one.influence ?? 1) * 1.2) * (width < NARROW_PX ? 0.8 : 1),
      texts: NAME_LETTERS.map((most) => (one.name.length > most ? `${one.name.slice(0, most - 1).trimEnd()}…` : one.name)),
    }));
    const places = labels(marks, width, height);
    return marks.map((mark, place) => ({ ...mark, label: places[place] ?? null }));
  }, [network, width, height]);
  const byId = new Map(nodes.map((node) => [node.one.stakeholder_id, node]));

  // Arrow keys go to the nearest in that direction; Tab leaves the picture.
  const walk = (event: KeyboardEvent) => {
    const [dx, dy] = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[event.key] ?? [0, 0];
    const now = byId.get((event.target as Element).closest<SVGElement>("[data-node]")?.dataset.node ?? "");
    if (!now) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(now.one.stakeholder_id, now.one.name);
      return;
    }
    if (!dx && !dy) return;
    event.preventDefault();
    let best: { id: string; far: number } | undefined;
    for (const node of nodes) {
      const along = (node.x - now.x) * dx + (node.y - now.y) * dy;
      const across = Math.abs((node.x - now.x) * dy) + Math.abs((node.y - now.y) * dx);
      const far = along + 2 * across;
      if (along > 0.5 && (!best || far < best.far)) best = { id: node.one.stakeholder_id, far };
    }
    if (!best) return;
    setAt(best.id);
    group.current?.querySelector<SVGElement>(`[data-node="${best.id}"]`)?.focus();
  };
  const first = byId.has(at) ? at : nodes[0]?.one.stakeholder_id;
  const touched = at && byId.has(at);
  return (
    <svg ref={ref} class={touched ? "chart network touched" : "chart network"} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={t("network.label", { count: nodes.length, date: date(network.as_of) })} onKeyDown={walk}>
      <g aria-hidden="true">
        {network.relations.map((relation) => {
          const from = byId.get(relation.from_id);
          const to = byId.get(relation.to_id);
          if (!from || !to) return null;
          const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
          const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
          const end = { x: to.x - ux * (to.radius + 3), y: to.y - uy * (to.radius + 3) };
          const directed = relation.kind === "commands" || relation.kind === "funds" || relation.kind === "influences";
          const near = relation.from_id === at || relation.to_id === at;
          return (
            <g key={relation.id} class={`tie ${relation.kind} s${relation.strength}${near ? " near" : ""}`}>
              <title>{`${relation.from_name} ${word(relation.kind)} ${relation.to_name}`}</title>
              <line x1={from.x} y1={from.y} x2={end.x} y2={end.y} />
              {directed && <path d={`M${end.x} ${end.y}L${end.x - ux * ARROW_PX * 1.6 - uy * ARROW_PX * 0.7} ${end.y - uy * ARROW_PX * 1.6 + ux * ARROW_PX * 0.7}L${end.x - ux * ARROW_PX * 1.6 + uy * ARROW_PX * 0.7} ${end.y - uy * ARROW_PX * 1.6 - ux * ARROW_PX * 0.7}Z`} />}
            </g>
          );
        })}
      </g>
      <g ref={group}>
        {nodes.map(({ one, x, y, radius, texts, label }) => (
          <g
            key={one.stakeholder_id}
            class={one.stakeholder_id === at ? "node at" : "node"}
            transform={`translate(${x} ${y})`}
            role="button"
            tabIndex={one.stakeholder_id === first ? 0 : -1}
            data-node={one.stakeholder_id}
            aria-label={`${one.name}, ${stanceOf(one.stance)}, ${t("network.community")} ${one.community}`}
            onFocus={() => setAt(one.stakeholder_id)}
            onMouseEnter={() => setAt(one.stakeholder_id)}
            onClick={() => onOpen(one.stakeholder_id, one.name)}
          >
            <title>{`${one.name} · ${stanceOf(one.stance)}`}</title>
            <circle class="focus" r={radius + 7} />
            {top.has(one.stakeholder_id) && <circle class="broker" r={radius + 5} />}
            <StanceMark stance={one.stance} radius={radius} />
            <text class="community" y={(one.stance ?? 0) > 0 ? 5 : 4}>{one.community}</text>
            {(label || one.stakeholder_id === at) && (
              <text class={label ? "name" : "name extra"} x={label ? label.x - x : x > width / 2 ? -radius - 6 : radius + 6} y={label ? label.y - y : 4} text-anchor={label?.anchor ?? (x > width / 2 ? "end" : "start")}>{label?.text ?? texts[0]}</text>
            )}
          </g>
        ))}
      </g>
    </svg>
  );
}
