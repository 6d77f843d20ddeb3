// A stand-in for the gateway, for looking at the screens: realistic answers from data.mjs, writes that only echo.
// Development and screenshots only; the tests in tests/browser run against the real system.
// Serves dist with the first data in the page when it is built. Run: npm run mock, then npm run dev.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as data from "./data.mjs";

const PORT = Number(process.env.PORT ?? 8090);
const dist = new URL("../dist/", import.meta.url).pathname;
const MISSION = "/api/v1/missions/UNMIC";
const ALL_ROLES = ["coordinator", "verifier", "component_head", "leadership", "adviser"];
const session = { account: { id: data.ME, name: "Demo coordinator", email: "coordinator@unmic.example", language: "en", hq: false }, csrf_token: "mock", missions: [{ code: "UNMIC", name: "United Nations Mission in Carana", state: "active", languages: ["en", "fr"], fiscal_year_start_month: 7, roles: ALL_ROLES, sections: [], clearance: "confidential" }] };
const byId = (list) => (id) => list.find((one) => one.id === id || one.code === id);
const place = (code) => data.indicators.findIndex((one) => one.code === code);
const contributions = (period) => data.areas.slice(0, 12).map((area, at) => ({ observation: { ...data.observations[at], period, area: area.code, state: "approved" }, file_name: at % 2 ? "incidents-2026-05.csv" : "", file_sha256: "9f2c1b77" }));

/** Path below the mission → answer. */
const ROUTES = [
  [/^\/areas/, () => ({ areas: data.areas })],
  [/^\/mapping-schedule$/, () => ({ interval_months: 6, latest_id: data.contextMaps[0].id, due: "2026-07-01", overdue: false, version: 1, recorded_at: "", recorded_by: "" })],
  [/^\/context-maps$/, () => ({ context_maps: data.contextMaps, next_cursor: "" })],
  [/^\/context-maps\/([^/]+)/, (id) => byId(data.contextMaps)(id)],
  [/^\/evidence/, () => ({ evidence: data.evidence, next_cursor: "" })],
  [/^\/stakeholder-grid/, () => data.grid],
  [/^\/stakeholders$/, () => ({ stakeholders: data.stakeholders, next_cursor: "" })],
  [/^\/stakeholders\/([^/]+)/, (id) => ({ stakeholder: byId(data.stakeholders)(id), assessments: data.assessmentsOf(id) })],
  [/^\/mandates/, () => ({ mandates: data.mandates })],
  [/^\/plans$/, () => ({ plans: data.plans.map((plan) => ({ ...plan, items: [], links: [] })) })],
  [/^\/plans\/[^/]+\/diff/, () => data.diff],
  [/^\/plans\/[^/]+\/check/, () => data.check],
  [/^\/plans\/active/, () => data.plans[0]],
  [/^\/plans\/([^/]+)/, (id) => byId(data.plans)(id)],
  [/^\/plan-changes/, () => ({ plan_changes: data.planChanges })],
  [/^\/indicators$/, () => ({ indicators: data.indicators, next_cursor: "" })],
  [/^\/indicators\/([^/]+)/, (id) => byId(data.indicators)(id)],
  [/^\/targets/, (_, query) => ({ targets: data.targets.filter((one) => one.indicator_id === query.get("indicator_id")) })],
  [/^\/series\/([^/]+)\/explain/, (code, query) => ({ point: data.pointsOf(place(code)).find((point) => point.period === query.get("period")), formula: { en: "sum over areas of the sum over months", fr: "somme sur les zones de la somme sur les mois" }, contributions: contributions(query.get("period")), total: 15 })],
  [/^\/series\/([^/]+)/, (code, query) => ({ indicator_id: "", indicator_code: code, frequency: "month", as_known_at: "2026-07-20T09:30:00Z", parts: query.get("areas") === "*" ? data.areas.map((area, at) => ({ area: area.code, slice: "", points: data.pointsOf(at + place(code), (at % 4) * 0.12) })) : [{ area: query.get("areas") ?? "", slice: query.get("slice") ?? "", points: data.pointsOf(place(code)) }], cautions: [{ en: "The areas with data change from year to year.", fr: "Les zones qui ont des données changent d’une année à l’autre." }] })],
  [/^\/observations$/, (_, query) => ({ observations: data.observations.filter((one) => one.state === query.get("state")), next_cursor: "" })],
  [/^\/observations\/([^/]+)$/, (id) => { const observation = byId(data.observations)(id) ?? data.observations[0]; return { observation, history: [observation], file_name: "incidents-2026-05.csv", file_sha256: "9f2c1b77aa01d29f2c1b77aa01d2" }; }],
  [/^\/imports$/, () => ({ batches: data.batches, next_cursor: "" })],
  [/^\/imports\/([^/]+)/, (id) => byId(data.batches)(id)],
  [/^\/assessments$/, () => ({ assessments: data.assessments })],
  [/^\/assessments\/[^/]+\/analyses/, () => ({ analyses: data.analyses })],
  [/^\/assessments\/[^/]+\/contributions/, () => ({ contributions: [] })],
  [/^\/assessments\/[^/]+\/evidence/, () => data.gathered],
  [/^\/assessments\/[^/]+\/presence/, () => data.presences],
  [/^\/finding-comments/, () => ({ comments: data.findingComments })],
  [/^\/finding-dissents/, () => ({ dissents: data.findingDissents })],
  [/^\/assessments\/[^/]+\/findings/, () => ({ findings: data.findings })],
  [/^\/assessments\/([^/]+)/, (id) => byId(data.assessments)(id)],
  [/^\/recommendations/, () => ({ recommendations: data.recommendations })],
  [/^\/decisions/, () => ({ decisions: data.decisions })],
  [/^\/home/, () => data.home],
  [/^\/fact-sheets$/, () => ({ fact_sheets: data.factSheets })],
  [/^\/fact-sheets\/([^/]+)\/numbers\/([^/]+)/, (id, _, number) => ({ number: byId(data.factSheets)(id).numbers.find((one) => one.id === decodeURIComponent(number)), formula: { en: "sum over areas", fr: "somme sur les zones" }, sources: data.observations.slice(0, 9).map((one) => ({ ...one, observation_id: one.id, file_name: "incidents-2026-05.csv" })), total: 9 })],
  [/^\/fact-sheets\/([^/]+)/, (id) => byId(data.factSheets)(id)],
  [/^\/members/, () => ({ members: data.members })],
];

function answer(path, query) {
  if (path === "/api/v1/session") return session;
  if (path === "/api/v1/tokens") return { tokens: [] };
  if (!path.startsWith(MISSION)) return undefined;
  const below = path.slice(MISSION.length);
  for (const [pattern, give] of ROUTES) {
    const found = pattern.exec(below);
    if (found) return give(found[1], query, found[2]);
  }
  return undefined;
}

const TYPES = { ".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8", ".json": "application/json" };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'";

function shell(path) {
  const below = /^\/m\/UNMIC(\/.*)?$/.exec(path)?.[1] ?? "";
  const wanted = ["/api/v1/session", ...(path === "/m/UNMIC" ? [`${MISSION}/home`] : below === "/plan" ? [`${MISSION}/plans`] : [])];
  const first = Object.fromEntries(wanted.map((one) => [one, answer(one, new URLSearchParams())]));
  const { routes, languages } = JSON.parse(readFileSync(join(dist, "preload.json"), "utf8"));
  const chunks = [languages.en, ...(routes[below.split("/")[1]] ?? [])].map((chunk) => `<link rel="modulepreload" crossorigin href="${chunk}">`);
  const json = JSON.stringify(first).replaceAll("<", "\\u003c");
  return readFileSync(join(dist, "index.html"), "utf8").replace("<!--preload-->", chunks.join("")).replace("<!--first-data-->", `<script type="application/json" id="first-data">${json}</script>`);
}

createServer((request, response) => {
  const url = new URL(request.url, "http://mock");
  response.setHeader("Content-Security-Policy", CSP);
  if (url.pathname === "/healthz") {
    response.end("ok");
    return;
  }
  if (url.pathname.endsWith("/changes")) {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write("event: open\ndata: {}\n\n");
    return;
  }
  if (url.pathname.startsWith("/api/")) {
    const body = answer(url.pathname.replace(/\/(submit|endorse|approve|activate|return|review|publish|items.*|links.*|commit|freeze|advance)$/, ""), url.searchParams);
    response.writeHead(body ? 200 : 404, { "Content-Type": "application/json", "Content-Encoding": "gzip" });
    response.end(gzipSync(JSON.stringify(body ?? { title: "Not found", status: 404, code: "not_found", detail: "There is no such thing here." })));
    return;
  }
  const file = join(dist, url.pathname);
  if (url.pathname.startsWith("/assets/") && existsSync(file)) {
    const accepts = request.headers["accept-encoding"] ?? "";
    const [encoding, end] = accepts.includes("br") ? ["br", ".br"] : accepts.includes("gzip") ? ["gzip", ".gz"] : ["identity", ""];
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Content-Encoding": encoding, "Cache-Control": "public, max-age=31536000, immutable" });
    response.end(readFileSync(file + end));
    return;
  }
  response.writeHead(200, { "Content-Type": TYPES[".html"], "Content-Encoding": "gzip" });
  response.end(gzipSync(shell(url.pathname)));
}).listen(PORT, "127.0.0.1", () => console.log(`mock gateway on http://127.0.0.1:${PORT}`));
