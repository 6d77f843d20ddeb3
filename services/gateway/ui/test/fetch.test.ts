// The fetch layer: what the page brought, keys and versions of writes, problems, kept answers.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetFirstData, read, setCsrfToken, whenSignedOut, write } from "../src/api/client";
import { pathsOf } from "../src/api/live";
import { Problem } from "../src/api/problem";
import { activate } from "../src/i18n";
import { expire, forgetAll, put, reload, resource } from "../src/api/store";

const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const headersOf = (call: number) => (fetched.mock.calls[call]?.[1].headers ?? {}) as Record<string, string>;

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  fetched.mockReset();
  forgetAll();
  forgetFirstData();
  document.body.innerHTML = "";
});
afterEach(() => vi.unstubAllGlobals());

describe("a read", () => {
  it("takes what the page brought, once", async () => {
    document.body.innerHTML = `<script type="application/json" id="first-data">{"/api/v1/missions/UNMIC/home":{"areas":15}}</script>`;
    fetched.mockResolvedValue(json({ areas: 16 }));
    expect(await read("/missions/UNMIC/home")).toEqual({ areas: 15 });
    expect(fetched).not.toHaveBeenCalled();
    expect(await read("/missions/UNMIC/home")).toEqual({ areas: 16 });
  });

  it("that cannot reach the gateway says so, and what was read before stays", async () => {
    fetched.mockResolvedValueOnce(json({ areas: 15 })).mockRejectedValueOnce(new TypeError("failed"));
    const home = resource<{ areas: number }>("/missions/UNMIC/home");
    await reload(home);
    await reload(home);
    expect(home.data.value).toEqual({ areas: 15 });
    expect(home.problem.value?.offline).toBe(true);
  });
});

describe("a list that is wanted whole", () => {
  it("is read page by page, and holds every row", async () => {
    fetched.mockResolvedValueOnce(json({ stakeholders: [1, 2], next_cursor: "a+b" })).mockResolvedValueOnce(json({ stakeholders: [3], next_cursor: "" }));
    const list = resource<{ stakeholders: number[]; next_cursor: string }>("/missions/UNMIC/stakeholders?page_size=2");
    list.whole = true;
    await reload(list);
    expect(list.data.value).toEqual({ stakeholders: [1, 2, 3], next_cursor: "" });
    expect(fetched.mock.calls[1]?.[0]).toBe("/api/v1/missions/UNMIC/stakeholders?page_size=2&cursor=a%2Bb");
  });

  it("that breaks off in the middle is not taken for whole", async () => {
    fetched.mockResolvedValueOnce(json({ stakeholders: [1, 2], next_cursor: "a" })).mockRejectedValueOnce(new TypeError("failed"));
    const list = resource<unknown>("/missions/UNMIC/stakeholders?page_size=2");
    list.whole = true;
    await reload(list);
    expect(list.data.value).toBeUndefined();
    expect(list.problem.value?.offline).toBe(true);
  });
});

describe("a write", () => {
  it("carries the token, a key of its own and the version seen", async () => {
    setCsrfToken("token-1");
    fetched.mockImplementation(async () => json({}));
    await write("POST", "/missions/UNMIC/plans/1/submit", {}, { version: 7 });
    await write("POST", "/missions/UNMIC/plans/1/submit", {}, { version: 7 });
    expect(headersOf(0)).toMatchObject({ "X-CSRF-Token": "token-1", "If-Match": '"7"' });
    expect(headersOf(0)["Idempotency-Key"]).not.toBe(headersOf(1)["Idempotency-Key"]);
  });

  it("takes an answer without a body", async () => {
    fetched.mockResolvedValue(new Response(null, { status: 204 }));
    expect(await write("DELETE", "/session")).toBeUndefined();
  });

  it("that is stale brings both versions", async () => {
    fetched.mockResolvedValue(json({ status: 412, code: "stale", detail: "Changed meanwhile", current_version: 9, current: { title: "theirs" } }, 412));
    const failure = await write("PUT", "/x", {}, { version: 7 }).catch((problem: unknown) => problem);
    expect(failure).toBeInstanceOf(Problem);
    expect(failure).toMatchObject({ stale: true, currentVersion: 9, current: { title: "theirs" } });
  });

  it("that is refused names the fields", async () => {
    fetched.mockResolvedValue(json({ status: 422, code: "invalid", detail: "Not valid", violations: [{ field: "factor.severity", message: "1 to 5" }] }, 422));
    const failure = (await write("PUT", "/x", {}).catch((problem: unknown) => problem)) as Problem;
    expect(failure.about("severity")).toBe("1 to 5");
    expect(failure.about("title")).toBeUndefined();
  });

  it("after the session ended calls for sign in, and an answer that is no document is still a problem", async () => {
    const ended = vi.fn();
    whenSignedOut(ended);
    fetched.mockResolvedValue(new Response("gateway down", { status: 401 }));
    await expect(write("POST", "/missions/UNMIC/plans", {})).rejects.toMatchObject({ status: 401 });
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe("the language of the screen", () => {
  afterEach(() => activate("en", {}));

  it("is asked for with every request, and what is refused is known to be in it", async () => {
    activate("fr", {});
    const refusal = { status: 422, code: "invalid", detail: "Le code est vide.", violations: [{ field: "code", message: "Le code est vide." }] };
    const answer = () => new Response(JSON.stringify(refusal), { status: 422, headers: { "Content-Type": "application/problem+json", "Content-Language": "fr" } });
    fetched.mockImplementation(async () => answer());
    const refused = await write("POST", "/missions/UNMIC/areas/1/split", {}).catch((problem: unknown) => problem);
    expect(refused).toMatchObject({ detail: "Le code est vide.", language: "fr" });
    await read("/missions/UNMIC/plans").catch(() => undefined);
    activate("en", {});
    await read("/missions/UNMIC/plans").catch(() => undefined);
    expect([0, 1, 2].map((call) => headersOf(call)["Accept-Language"])).toEqual(["fr", "fr", "en"]);
  });
});

describe("a live change", () => {
  it("reads again what is on the screen, and only that", async () => {
    fetched.mockImplementation(async () => json({}));
    const [plans, areas] = [resource("/missions/UNMIC/plans"), resource("/missions/UNMIC/areas?with_geometry=true")];
    await Promise.all([reload(plans), reload(areas)]);
    plans.users = 1;
    expire(...pathsOf("UNMIC", { noun: "plan" }));
    expect([plans.stale, areas.stale]).toEqual([true, false]);
    expect(fetched).toHaveBeenCalledTimes(3);
    expire(...pathsOf("UNMIC", { noun: "area" }));
    expect(areas.stale).toBe(true);
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  it("that comes while the old answer is on its way is not lost", async () => {
    const answers = [json({ version: 1 }), json({ version: 2 })];
    fetched.mockImplementation(async () => answers.shift() ?? json({}));
    const plans = resource<{ version: number }>("/missions/UNMIC/plans");
    const reading = reload(plans);
    expire("/missions/UNMIC/plans");
    await reading;
    expect(plans.data.value).toEqual({ version: 2 });
  });

  it("that a write answers while the old answer is on its way is not lost", async () => {
    const answers = [json({ version: 1 }), json({ version: 2 })];
    fetched.mockImplementation(async () => answers.shift() ?? json({}));
    const plans = resource<{ version: number }>("/missions/UNMIC/plans");
    const reading = reload(plans);
    put("/missions/UNMIC/plans", { version: 2 });
    await reading;
    expect(plans.data.value).toEqual({ version: 2 });
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it("of something unknown touches nothing", () => {
    expect(pathsOf("UNMIC", { noun: "weather" })).toEqual([]);
  });
});
