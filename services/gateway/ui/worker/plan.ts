// What the worker does with a request; pure.

/** Answers of a gateway, or of a proxy before it, that does not work now. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);
/** Addresses that are no screens of the app. */
const NOT_OURS = ["/odata/", "/public/", "/unsubscribe/"];
/** Versions that are kept: the newest, and the one before for pages that are still open. */
const VERSIONS_KEPT = 2;

/**
 * - `asset`: a file whose name says its content: from the browser, or else from the gateway.
 * - `page`: from the gateway, or else the shell that was kept.
 * - `top`: an icon or the manifest: from the gateway, or else as it was kept.
 * - `leave`: none of ours. Above all the API: its answers belong to a person, and the worker keeps none; and papers that are
 *   read outside, which may be withdrawn.
 */
export type Plan = "asset" | "page" | "top" | "leave";

export interface Asked {
  method: string;
  mode: string;
  url: string;
}

/** The plan for a request of a page of `origin`; `kept` are the addresses that the worker keeps. */
export function planOf(asked: Asked, origin: string, kept: ReadonlySet<string>): Plan {
  const url = new URL(asked.url);
  if (asked.method !== "GET" || url.origin !== origin || url.pathname.startsWith("/api/") || NOT_OURS.some((own) => url.pathname.startsWith(own))) return "leave";
  if (url.pathname.startsWith("/assets/")) return "asset";
  if (kept.has(url.pathname)) return "top";
  return asked.mode === "navigate" ? "page" : "leave";
}

/** True when an answer is none: the shell that was kept does better. */
export function isAway(status: number): boolean {
  return AWAY.has(status);
}

/** Of the stores in the order in which they were made, those that can go. */
export function outdated(stores: readonly string[], prefix: string, current: string): string[] {
  const own = stores.filter((name) => name.startsWith(prefix) && name !== current);
  return own.slice(0, Math.max(0, own.length - (VERSIONS_KEPT - 1)));
}
