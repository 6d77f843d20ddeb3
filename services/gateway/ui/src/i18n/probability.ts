// A probability as it is written: one that is very small is never nothing at all.
import { number } from "./format";

const SHOWN_MIN = 0.0001;

/** "0.0231", "< 0.0001". */
export function probability(p: number): string {
  return p < SHOWN_MIN ? `< ${number(SHOWN_MIN, 4)}` : number(p, 4);
}
