// A form's life: what was typed stays typed, a colleague's change is met and not overwritten, a lost answer is not written twice.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import { write } from "../src/api/client";
import { activate } from "../src/i18n";
import { useDraft } from "../src/parts/draft";
import { NumberField, TextField } from "../src/parts/field";
import { Problem } from "../src/api/problem";
import { Form, WriteButton } from "../src/parts/form";
import { fieldLabel, Trouble } from "../src/parts/notice";

interface Sheet {
  title: string;
  audience: string;
}
interface Sent {
  body: unknown;
  key: string;
  version: string | undefined;
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
let root: HTMLElement;
let sent: Sent[];
let answers: (() => Response | Promise<Response>)[];

beforeEach(() => {
  activate("en", compiledMessagesOf("en") as Parameters<typeof activate>[1]);
  localStorage.clear();
  root = document.createElement("div");
  document.body.replaceChildren(root);
  sent = [];
  answers = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    sent.push({ body: JSON.parse(String(init.body ?? "null")), key: headers["Idempotency-Key"] ?? "", version: headers["If-Match"] });
    return (answers.shift() ?? (() => json({})))();
  });
});
afterEach(() => {
  act(() => render(null, root));
  vi.unstubAllGlobals();
});

/** The editor of a record that lives outside of it, as a screen has it. */
function Editor({ of, version, took = () => undefined }: { of: Sheet; version: number; took?: (next: Sheet) => void }) {
  const draft = useDraft<Sheet>("sheet", of, version);
  return (
    <Form
      draft={draft}
      submit="Save"
      theirs={(current) => current as Sheet}
      send={async (value, seen) => {
        await write("PUT", "/sheet", value, { version: seen ?? version });
        took(value);
      }}
    >
      {() => (
        <>
          <TextField label="Title" value={draft.value.title} onInput={(title) => draft.set({ title })} />
          <TextField label="Audience" value={draft.value.audience} onInput={(audience) => draft.set({ audience })} />
        </>
      )}
    </Form>
  );
}

const show = (of: Sheet, version: number, took?: (next: Sheet) => void) => act(() => render(<Editor of={of} version={version} {...(took && { took })} />, root));
const inputs = () => [...root.querySelectorAll("input")];
const types = (place: number, text: string) =>
  act(() => {
    const input = inputs()[place]!;
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
/** Does something, and lets the write that it begins come to its end: the answers here need no time. */
const does = (work: () => void) =>
  act(async () => {
    work();
    await new Promise((resolve) => setTimeout(resolve));
  });
const saves = () => does(() => root.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
const presses = (name: string) => does(() => [...root.querySelectorAll("button")].find((one) => one.textContent === name)!.click());
const lost = () => Promise.reject(new TypeError("the line was lost"));
const stale = (current: Sheet, version: number) => () => json({ detail: "stale", current_version: version, current }, 412);

describe("a form", () => {
  it("shows what was saved after it was saved, and saves on top of it", async () => {
    let stored: Sheet = { title: "Quarter", audience: "public" };
    let version = 1;
    const took = (next: Sheet) => {
      stored = next;
      version += 1;
    };
    await show(stored, version, took);
    await types(0, "Quarter one");
    await saves();
    await show(stored, version, took);
    expect(inputs().map((input) => input.value)).toEqual(["Quarter one", "public"]);
    await types(1, "mission");
    await saves();
    expect(sent.map((one) => [one.body, one.version])).toEqual([
      [{ title: "Quarter one", audience: "public" }, '"1"'],
      [{ title: "Quarter one", audience: "mission" }, '"2"'],
    ]);
  });

  it("shows a colleague's change as long as nothing was typed", async () => {
    await show({ title: "Quarter", audience: "public" }, 1);
    await show({ title: "Half-year", audience: "public" }, 2);
    expect(inputs()[0]!.value).toBe("Half-year");
  });

  it("says what it was written against, whatever came in meanwhile, so that nothing is overwritten", async () => {
    await show({ title: "Quarter", audience: "public" }, 1);
    await types(0, "Quarter one");
    const theirs = { title: "Half-year", audience: "public" };
    await show(theirs, 2);
    answers = [stale(theirs, 2)];
    await saves();
    expect(sent[0]!.version).toBe('"1"');
    expect(sent).toHaveLength(1);
    expect(root.textContent).toContain("Half-year");
    expect(inputs()[0]!.value).toBe("Quarter one");
    await presses("Save these choices");
    expect(sent[1]).toMatchObject({ body: { title: "Quarter one", audience: "public" }, version: '"2"' });
  });

  it("puts changes of two people together where they do not meet", async () => {
    await show({ title: "Quarter", audience: "public" }, 1);
    await types(0, "Quarter one");
    answers = [stale({ title: "Quarter", audience: "mission" }, 2)];
    await saves();
    expect(sent[1]).toMatchObject({ body: { title: "Quarter one", audience: "mission" }, version: '"2"' });
  });

  it("remembers over a reload what a draft was written against", async () => {
    await show({ title: "Quarter", audience: "public" }, 1);
    await types(0, "Quarter one");
    act(() => render(null, root));
    await show({ title: "Half-year", audience: "public" }, 7);
    expect(inputs()[0]!.value).toBe("Quarter one");
    answers = [stale({ title: "Half-year", audience: "public" }, 7)];
    await saves();
    expect(sent[0]!.version).toBe('"1"');
  });

  it("goes out under the same key when nobody can tell whether it arrived, and under another when it was changed or refused", async () => {
    await show({ title: "Quarter", audience: "public" }, 1);
    await types(0, "Quarter one");
    answers = [lost, () => json({ detail: "away" }, 503), () => json({ detail: "no" }, 422), lost];
    for (let time = 0; time < 4; time += 1) await saves();
    await types(0, "Quarter two");
    await saves();
    const keys = sent.map((one) => one.key);
    expect(keys.every(Boolean)).toBe(true);
    expect([keys[1] === keys[0], keys[2] === keys[0], keys[3] === keys[2], keys[4] === keys[3]]).toEqual([true, true, false, false]);
  });
});

describe("a button that writes", () => {
  it("is pressed again under the same key after a lost answer, and under a new one after it was done", async () => {
    act(() => render(<WriteButton label="Publish" work={async () => write("POST", "/publish", {})} />, root));
    answers = [lost];
    for (let time = 0; time < 3; time += 1) await presses("Publish");
    const keys = sent.map((one) => one.key);
    expect([keys[1] === keys[0], keys[2] === keys[1]]).toEqual([true, false]);
  });
});

describe("a field for a number", () => {
  it("says when it cannot be read, and is not sent", () => {
    act(() => render(<NumberField label="Value" value="1,234" onInput={() => undefined} />, root));
    expect(root.textContent).toContain("not clearly a number");
    expect(inputs()[0]!.validity.customError).toBe(true);
    act(() => render(<NumberField label="Value" value="1234" onInput={() => undefined} />, root));
    expect(inputs()[0]!.validity.customError).toBe(false);
  });
});

describe("a problem", () => {
  const refused = new Problem(422, "invalid", "An output has one section that leads it; name the section.", [{ field: "item.lead_section", message: "Name the section." }]);

  it("is told in the service's own words in English, with the field as the screen calls it", () => {
    act(() => render(<Trouble problem={refused} />, root));
    expect(root.textContent).toContain("An output has one section that leads it");
    expect(root.textContent).toContain("Lead section: Name the section.");
  });

  it("is told in French first in French, and what is English is marked as English", () => {
    activate("fr", compiledMessagesOf("fr") as Parameters<typeof activate>[1]);
    act(() => render(<Trouble problem={refused} />, root));
    expect(root.querySelector("p")!.textContent).toMatch(/Rien n’a été modifié/);
    expect([...root.querySelectorAll("[lang=en]")].map((one) => one.textContent)).toEqual(["An output has one section that leads it; name the section.", "Name the section."]);
    expect(root.textContent).not.toContain("lead_section");
  });

  it("that the service tells in French is told in its own words on a French screen", () => {
    const told = new Problem(422, "invalid", "Un produit a une section responsable ; indiquez-la.", [{ field: "item.lead_section", message: "Indiquez la section." }], undefined, undefined, "fr");
    activate("fr", compiledMessagesOf("fr") as Parameters<typeof activate>[1]);
    act(() => render(<Trouble problem={told} />, root));
    expect(root.querySelector("p")!.textContent).toBe("Un produit a une section responsable ; indiquez-la.");
    expect(root.querySelector("li")!.textContent).toMatch(/: Indiquez la section\.$/);
    expect(root.querySelector("[lang=en]")).toBeNull();
  });

  it("of a field that no screen has names the field, and one of either language its text", () => {
    expect([fieldLabel("item.statement.en"), fieldLabel("blocks[2].text.fr")]).toEqual(["Statement", "blocks[2].text.fr"]);
  });
});
