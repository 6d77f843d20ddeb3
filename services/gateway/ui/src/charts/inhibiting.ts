// What a context map says of each area, as numbers for a choropleth.
import type { ContextMap } from "../api/types";
import type { Figure } from "../i18n/format";

/** Per area, the severity of what inhibits peace there, added up. */
export function inhibiting(map: ContextMap): Map<string, Figure> {
  const weights = new Map<string, Figure>();
  for (const factor of map.factors) {
    for (const code of factor.areas.length ? factor.areas : map.areas) {
      const before = weights.get(code)?.value ?? 0;
      weights.set(code, { value: before + (factor.effect === "inhibits" ? factor.severity : 0), kind: "value" });
    }
  }
  return weights;
}
