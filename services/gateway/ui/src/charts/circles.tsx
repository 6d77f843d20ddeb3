// Events on a map as circles, each with a surface that stands for how many there were; and what their sizes say.
import { legendCounts, radius } from "./gathered";

const RADIUS_LARGEST = 20;

/** Events that stand at one point. */
export interface Circle {
  area: string;
  longitude: number;
  latitude: number;
  events: number;
  deaths: number;
}

interface Props<C extends Circle> {
  of: readonly C[];
  /** The most events of any place: circles keep their scale. */
  most: number;
  at: (longitude: number, latitude: number) => readonly [number, number];
  said: (circle: C) => string;
  onChoose: (area: string) => void;
}

/** The circles, over the areas of a map; the table beside it says the same. */
export function Circles<C extends Circle>({ of, most, at, said, onChoose }: Props<C>) {
  return (
    <g aria-hidden="true">
      {of.map((one) => {
        const [x, y] = at(one.longitude, one.latitude);
        return (
          <circle key={`${one.area} ${one.longitude} ${one.latitude}`} class="event" cx={x} cy={y} r={radius(one.events, most, RADIUS_LARGEST)} onClick={() => onChoose(one.area)}>
            <title>{said(one)}</title>
          </circle>
        );
      })}
    </g>
  );
}

/** What the sizes of circles stand for. */
export function CircleSizes({ most, said }: { most: number; said: (count: number) => string }) {
  const side = 2 * RADIUS_LARGEST + 2;
  return (
    <ul class="legend sized">
      {legendCounts(most).map((count) => (
        <li key={count}>
          <svg class="map" width={side} height={side} viewBox={`0 0 ${side} ${side}`} aria-hidden="true"><circle class="event" cx={side / 2} cy={side / 2} r={radius(count, most, RADIUS_LARGEST)} /></svg>
          {said(count)}
        </li>
      ))}
    </ul>
  );
}
