// Ballots on a bad line: kept until they have arrived, the last choice counts, a key of their own, and what is refused says why.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setCsrfToken } from "../src/api/client";
import { session } from "../src/session";
import { noTimerOutlives } from "./timers";

noTimerOutlives();

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const PATH = "/missions/UNMIC/workshops/a1";
const OPEN = { id: "v1", secret: true };
let sent: { url: string; body: { choice: string; ballot_key: string } }[];
let answers: (() => Response | Promise<Response>)[];

/** The module as a page has it that was just opened by somebody. */
async function opened(account = "ada") {
  vi.resetModules();
  const who = { account: { id: account }, missions: [], csrf_token: "t" } as unknown as NonNullable<typeof session.value>;
  const [client, sessions, ballots] = await Promise.all([import("../src/api/client"), import("../src/session"), import("../src/screens/workshop-ballots")]);
  client.setCsrfToken("t");
  sessions.session.value = who;
  ballots.takeUp();
  return ballots;
}

beforeEach(() => {
  localStorage.clear();
  setCsrfToken("t");
  sent = [];
  answers = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(String(init.body)) });
    return (answers.shift() ?? (() => json({})))();
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("a ballot", () => {
  it("that does not get through is kept, and sent again when the page is opened again, under the same key", async () => {
    answers = [() => Promise.reject(new TypeError("no line"))];
    const before = await opened();
    before.cast(PATH, OPEN, "yes");
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(before.own.value.v1).toMatchObject({ choice: "yes", arrived: false });

    const after = await opened();
    await vi.waitFor(() => expect(after.own.value.v1?.arrived).toBe(true));
    expect(sent.map((one) => one.url)).toEqual([`/api/v1${PATH}/votes/v1/cast`, `/api/v1${PATH}/votes/v1/cast`]);
    expect(sent[1]?.body).toEqual(sent[0]?.body);
    expect(sent[0]?.body.ballot_key.length).toBeGreaterThanOrEqual(32);
  });

  it("that is changed while it is on its way goes out once more, and the last choice counts", async () => {
    let arrive: (answer: Response) => void = () => {};
    answers = [() => new Promise((resolve) => (arrive = resolve))];
    const ballots = await opened();
    ballots.cast(PATH, OPEN, "yes");
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    ballots.cast(PATH, OPEN, "no");
    arrive(json({}));
    await vi.waitFor(() => expect(ballots.own.value.v1).toMatchObject({ choice: "no", arrived: true }));
    expect(sent.map((one) => one.body.choice)).toEqual(["yes", "no"]);
    expect(new Set(sent.map((one) => one.body.ballot_key)).size).toBe(1);
  });

  it("that is refused is not sent again, and says why", async () => {
    answers = [() => json({ detail: "The vote is closed; what was counted stays." }, 409)];
    const ballots = await opened();
    ballots.cast(PATH, OPEN, "yes");
    await vi.waitFor(() => expect(ballots.refused.value.v1?.detail).toContain("closed"));
    expect(ballots.own.value.v1).toBeUndefined();
  });

  it("of one person is not another's on the same device, and its key is forgotten when the vote is closed", async () => {
    const ada = await opened();
    ada.cast(PATH, OPEN, "yes");
    await vi.waitFor(() => expect(ada.own.value.v1?.arrived).toBe(true));
    expect((await opened("ben")).own.value).toEqual({});
    const again = await opened();
    expect(again.own.value.v1?.choice).toBe("yes");
    again.forgetClosed([{ id: "v1", state: "closed" }]);
    expect(Object.values(localStorage).join()).not.toContain("yes");
  });

  it("by name has no key", async () => {
    const ballots = await opened();
    ballots.cast(PATH, { id: "v2", secret: false }, "at_risk");
    await vi.waitFor(() => expect(sent[0]?.body).toEqual({ choice: "at_risk", ballot_key: "" }));
  });
});
