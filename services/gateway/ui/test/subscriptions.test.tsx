// What is sent to members: how the list says it, and what a form sends.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import { forgetAll } from "../src/api/store";
import type { Subscription } from "../src/api/types";
import { activate } from "../src/i18n";
import { hourOf, weekday } from "../src/screens/subscription-form";
import Subscriptions from "../src/screens/subscriptions";
import { missionCode, session } from "../src/session";

const one = (of: Partial<Subscription>): Subscription => ({ id: "s1", account_id: "me", account_name: "Me", mine: true, subject: "digest", reference: "", rhythm: "daily", day: 0, hour: 7, format: "text", language: "en", by_email: true, webhook_url: "", clearance: "unclassified", stopped: "", next_due: null, version: 1, recorded_at: "", recorded_by: "", sendings: [], ...of });
let listed: Subscription[] = [];
let root: HTMLElement;
beforeEach(() => {
  activate("en", compiledMessagesOf("en") as never);
  forgetAll();
  session.value = { account: { id: "me", name: "me", email: "", language: "en", hq: false }, csrf_token: "", missions: [{ code: "UNMIC", state: "active", roles: ["contributor"] }] } as never;
  missionCode.value = "UNMIC";
  root = document.createElement("div");
  document.body.replaceChildren(root);
  vi.stubGlobal("fetch", async (url: string) => {
    const body = url.endsWith("/subscriptions") ? { subscriptions: listed, time_zone: "Africa/Bangui", sends: false } : { dashboards: [{ id: "board", title: { en: "Police", fr: "" } }] };
    return new Response(JSON.stringify(body), { status: 200, headers: { "Content-Type": "application/json" } });
  });
});
afterEach(() => {
  act(() => render(null, root));
  session.value = null;
  vi.unstubAllGlobals();
});
const shows = async () => {
  act(() => render(<Subscriptions />, root));
  await vi.waitFor(() => expect(root.querySelector("tbody tr")).not.toBeNull());
  await vi.waitFor(() => expect(root.textContent).not.toContain("not to be seen"));
  return root.textContent?.replaceAll("\u00a0", " ") ?? "";
};

describe("the list", () => {
  it("says what, when, where to, and what became of it", async () => {
    listed = [
      one({ id: "a", subject: "dashboard", reference: "board", rhythm: "weekly", day: 5, hour: 6, format: "xlsx", webhook_url: "https://x.example/in", sendings: [{ id: "1", channel: "email", at: "2026-03-02T06:00:00Z", state: "waiting", attempts: 2, outcome: "The mail server did not take it." }] }),
      one({ id: "b", subject: "paper", reference: "briefing_note", rhythm: "published", format: "pdf", stopped: "Stopped by hand." }),
    ];
    const said = await shows();
    for (const words of ["Dashboard “Police”", "Each Friday at 06:00", "e-mail, another system", "The mail server did not take it.", "Tried 2 times", "Briefing note of one page", "When it is published", "Stopped by hand.", "This installation sends no e-mail", "Africa/Bangui"]) expect(said).toContain(words);
  });

  it("names days and hours without doubt in both languages", () => {
    expect([weekday(1), weekday(7), hourOf(7), hourOf(23)]).toEqual(["Monday", "Sunday", "07:00", "23:00"]);
    activate("fr", compiledMessagesOf("fr") as never);
    expect(weekday(1)).toBe("lundi");
  });
});
