// A file in parts over a bad line: it goes on where it was cut, and nothing is sent twice.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sendInParts } from "../src/api/upload-parts";
import { missionCode } from "../src/session";
import { noTimerOutlives } from "./timers";

noTimerOutlives();

const BYTES = 600_000;
const file = () => new File(["x".repeat(BYTES)], "large.csv", { lastModified: 7 });

/** A server of one upload; `line` says what becomes of each part: taken, lost on the way, or its answer lost. */
function serve(line: ("taken" | "lost" | "answer lost")[] = []) {
  /** Where each part that is kept begins and ends. */
  const stored: [number, number][] = [];
  let opened = 0;
  const stands = () => stored.at(-1)?.[1] ?? 0;
  const upload = () => ({ id: `u${opened}`, file_name: "large.csv", bytes: BYTES, offset: stands(), expires_at: "" });
  const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json" } });
  const fetched = vi.fn(async (address: string, init: RequestInit) => {
    if (init.method === "POST") {
      opened += 1;
      return answer(upload(), 201);
    }
    if (init.method === "GET") return answer(upload());
    const [bytes, offset] = [(init.body as Blob).size, Number(/offset=(\d+)/.exec(address)?.[1])];
    const fate = line.shift() ?? "taken";
    if (fate === "lost") throw new TypeError("the line broke");
    if (offset !== stands()) return answer({ status: 409, code: "conflict", detail: "elsewhere" }, 409);
    stored.push([offset, offset + bytes]);
    if (fate === "answer lost") throw new TypeError("the line broke");
    return answer(upload());
  });
  vi.stubGlobal("fetch", fetched);
  const parts = () => fetched.mock.calls.filter(([, init]) => init.method === "PATCH").length;
  return { stored, parts, opened: () => opened };
}

describe("a file in parts", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    missionCode.value = "UNMIC";
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    sessionStorage.clear();
  });
  const whole = [[0, 262_144], [262_144, 524_288], [524_288, BYTES]];
  async function run(told: (share: number, waits: boolean) => void = () => {}, signal = new AbortController().signal) {
    const sending = sendInParts(file(), told, signal).then((id) => id, (problem: unknown) => problem);
    await vi.runAllTimersAsync();
    return sending;
  }

  it("arrives whole, and tells how far it is", async () => {
    const server = serve();
    const told: number[] = [];
    expect(await run((share) => told.push(share))).toBe("u1");
    expect(server.stored).toEqual(whole);
    expect(server.parts()).toBe(3);
    expect(told).toEqual([0, 262_144 / BYTES, 524_288 / BYTES]);
  });

  it("goes on by itself after a part, and after an answer, was lost", async () => {
    const server = serve(["taken", "lost", "answer lost", "taken"]);
    const waits: boolean[] = [];
    expect(await run((_, waiting) => waits.push(waiting))).toBe("u1");
    expect(server.stored).toEqual(whole);
    expect(server.parts()).toBe(4);
    expect(waits).toContain(true);
  });

  it("gives up when the line stays away, and goes on where it stopped when it is sent again", async () => {
    const server = serve(["taken", ...Array.from({ length: 7 }, () => "lost" as const)]);
    expect(await run()).toMatchObject({ offline: true });
    expect(server.stored).toEqual([whole[0]]);
    const before = server.parts();
    expect(await run()).toBe("u1");
    expect([server.opened(), server.parts() - before]).toEqual([1, 2]);
    expect(server.stored).toEqual(whole);
    // Read once more with other columns: nothing is sent.
    expect(await run()).toBe("u1");
    expect(server.parts() - before).toBe(2);
  });

  it("ends at once when it is cancelled while it waits", async () => {
    const server = serve(["lost"]);
    const abort = new AbortController();
    const ended = run((_, waits) => waits && abort.abort(), abort.signal);
    expect(await ended).toMatchObject({ name: "AbortError" });
    expect(server.parts()).toBe(1);
  });
});
