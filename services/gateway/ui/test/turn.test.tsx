// A list of which a part is shown: what is said of it, and where the others are.
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compiledMessagesOf } from "../scripts/catalogue.mjs";
import { activate } from "../src/i18n";
import { Turn } from "../src/parts/turn";

let root: HTMLElement;
beforeEach(() => {
  activate("en", compiledMessagesOf("en") as Parameters<typeof activate>[1]);
  root = document.createElement("div");
  document.body.replaceChildren(root);
});
afterEach(() => {
  act(() => render(null, root));
  history.replaceState(null, "", "/");
});

const turn = (skipped: number, shown: number, count: number) => {
  act(() => render(<Turn label="Objectives" skipped={skipped} shown={shown} count={count} by={12} />, root));
  return { said: root.querySelector("nav > span")?.textContent, links: [...root.querySelectorAll("a")].map((link) => `${link.textContent} ${link.getAttribute("href")}`) };
};

it("says nothing where all are shown, or nobody knows how many there are", () => {
  expect(turn(0, 5, 5)).toEqual({ said: undefined, links: [] });
  expect(turn(0, 5, undefined as unknown as number)).toEqual({ said: undefined, links: [] });
});

it("leads on and back, and keeps what else the address says", () => {
  history.replaceState(null, "", "/m/UNMIC?lens=1&skip=12");
  expect(turn(0, 12, 500)).toEqual({ said: "1 to 12 of 500", links: ["Those after /m/UNMIC?lens=1&skip=12"] });
  expect(turn(12, 12, 500)).toEqual({ said: "13 to 24 of 500", links: ["Those before /m/UNMIC?lens=1", "Those after /m/UNMIC?lens=1&skip=24"] });
  expect(turn(492, 8, 500)).toEqual({ said: "493 to 500 of 500", links: ["Those before /m/UNMIC?lens=1&skip=480"] });
});
