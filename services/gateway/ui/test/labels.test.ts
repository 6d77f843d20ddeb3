// Names beside the marks of the network never cover a mark or each other.
import { describe, expect, it } from "vitest";
import { inLines } from "../src/charts/theory";
import { labels, middles } from "../src/charts/labels";

const mark = (x: number, y: number, ...texts: string[]) => ({ x, y, radius: 8, texts });

describe("the names of the network", () => {
  it("stand right of their mark where there is room, else elsewhere, else nowhere", () => {
    expect(labels([mark(50, 50, "Elders")], 300, 100)[0]).toMatchObject({ anchor: "start", text: "Elders" });
    expect(labels([mark(290, 50, "Elders")], 300, 100)[0]).toMatchObject({ anchor: "end" });
    expect(labels([mark(20, 50, "Elders")], 40, 100)[0]).toMatchObject({ anchor: "middle" });
    expect(labels([mark(10, 10, "A name that has no room at all")], 20, 20)).toEqual([null]);
  });

  it("take the shorter name where the longer one has no room", () => {
    expect(labels([mark(20, 50, "Council of Elders of Ndara", "Council…")], 110, 100)[0]?.text).toBe("Council…");
  });

  it("never cover each other", () => {
    const marks = Array.from({ length: 40 }, (_, place) => mark(20 + (place % 8) * 45, 20 + Math.floor(place / 8) * 30, `Stakeholder ${place}`, `S${place}`));
    const placed = labels(marks, 400, 200);
    const boxes = placed.flatMap((label) => {
      if (!label) return [];
      const long = label.text.length * 6.4;
      const left = label.anchor === "start" ? label.x : label.anchor === "end" ? label.x - long : label.x - long / 2;
      return [{ left, right: left + long, top: label.y - 11, bottom: label.y + 3 }];
    });
    expect(boxes.length).toBeGreaterThan(10);
    boxes.forEach((one, place) => boxes.slice(place + 1).forEach((other) => {
      expect(one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom).toBe(false);
    }));
  });
});

describe("the names of a map", () => {
  it("stand where they cover none that was there first", () => {
    const name = (x: number, y: number) => ({ x, y, text: "Haut-Mbomou" });
    expect(middles([name(100, 50), name(150, 50), name(180, 50), name(150, 70), name(20, 200)], 300)).toEqual([true, false, true, true, false]);
  });
});

describe("the boxes of the theory of change", () => {
  it("breaks a text at words and ends what has no room with an ellipsis", () => {
    expect(inLines("1.1 Commanders keep their men off the market roads", 20, 2)).toEqual(["1.1 Commanders keep", "their men off the…"]);
    expect(inLines("short", 20, 2)).toEqual(["short"]);
    expect(inLines("", 20, 2)).toEqual([]);
    expect(inLines("anticonstitutionnellement", 10, 2)).toEqual(["anticonst…"]);
    for (const line of inLines("a bb ccc dddd eeeee ffffff ggggggg hhhhhhhh", 9, 3)) expect(line.length).toBeLessThanOrEqual(9);
  });
});
