// What the worker in the browser keeps its hands off, and which versions it lets go.
import { describe, expect, it } from "vitest";
import { isAway, outdated, planOf } from "../worker/plan";

const HERE = "https://cpas.example";
const kept = new Set(["/icon.svg", "/manifest.webmanifest", "/assets/app-1.js"]);
const plan = (path: string, mode = "navigate", method = "GET") => planOf({ method, mode, url: path.startsWith("http") ? path : HERE + path }, HERE, kept);

describe("the worker", () => {
  it("never comes between a person and the API, whatever asks", () => {
    for (const path of ["/api/v1/session", "/api/v1/missions/UNMIC/entry-cells?section=JMAC", "/api/v1/missions/UNMIC/exports/observations", "/api/openapi.json", "/odata/v4/UNMIC/Observations", "/public/UNMIC/0123456789abcdefghjkmnpqrs", "/unsubscribe/secret"]) {
      expect(["navigate", "cors", "same-origin"].map((mode) => plan(path, mode))).toEqual(["leave", "leave", "leave"]);
    }
    expect(plan("/m/UNMIC", "navigate", "POST")).toBe("leave");
    expect(plan("https://elsewhere.example/assets/app-1.js", "cors")).toBe("leave");
  });

  it("answers for assets, pages, and what stands at the top", () => {
    expect([plan("/assets/app-1.js", "cors"), plan("/assets/app-of-another-version.js", "cors")]).toEqual(["asset", "asset"]);
    expect([plan("/"), plan("/m/UNMIC/entry?section=JMAC"), plan("/m/UNMIC", "cors")]).toEqual(["page", "page", "leave"]);
    expect(plan("/icon.svg", "no-cors")).toBe("top");
  });

  it("takes a gateway that is being started for a lost line, and a refusal for an answer", () => {
    expect([502, 503, 504, 500, 404, 401, 200].map(isAway)).toEqual([true, true, true, false, false, false, false]);
  });

  it("keeps the version before for pages that are still open, and nothing of other things' stores", () => {
    const stores = ["app-1", "other", "app-2", "app-3"];
    expect(outdated(stores, "app-", "app-3")).toEqual(["app-1"]);
    expect(outdated(stores, "app-", "app-4")).toEqual(["app-1", "app-2"]);
    expect(outdated(["app-3"], "app-", "app-3")).toEqual([]);
  });
});
