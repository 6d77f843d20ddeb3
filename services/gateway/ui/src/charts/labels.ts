// Places for names beside marks so that none covers another: right, left, above, below, at a corner, or nowhere.

export interface Mark {
  x: number;
  y: number;
  radius: number;
  /** What may stand beside it, the longest first. */
  texts: readonly string[];
}

export interface Label {
  text: string;
  x: number;
  y: number;
  anchor: "start" | "end" | "middle";
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const LETTER_PX = 6.4;
const LINE_PX = 14;
const GAP_PX = 3;

/** A name in the middle of what it names. */
export interface Middle {
  x: number;
  y: number;
  text: string;
}

const clash = (one: Box, other: Box) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/** For each mark its label, or null where it has no room; the first marks choose first. */
export function labels(marks: readonly Mark[], width: number, height: number): (Label | null)[] {
  const taken: Box[] = marks.map(({ x, y, radius }) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }));
  const place = ({ x, y, radius }: Mark, text: string): Label | null => {
    const long = text.length * LETTER_PX;
    const beside = radius + GAP_PX;
    const tries: [Omit<Label, "text">, number][] = [
      [{ x: x + beside, y: y + 4, anchor: "start" }, x + beside],
      [{ x: x - beside, y: y + 4, anchor: "end" }, x - beside - long],
      [{ x, y: y - beside - 2, anchor: "middle" }, x - long / 2],
      [{ x, y: y + beside + 10, anchor: "middle" }, x - long / 2],
      [{ x: x + radius, y: y - radius, anchor: "start" }, x + radius],
      [{ x: x + radius, y: y + radius + 8, anchor: "start" }, x + radius],
      [{ x: x - radius, y: y - radius, anchor: "end" }, x - radius - long],
      [{ x: x - radius, y: y + radius + 8, anchor: "end" }, x - radius - long],
    ];
    for (const [label, left] of tries) {
      const box = { left, right: left + long, top: label.y - LINE_PX + 3, bottom: label.y + 3 };
      if (box.left < 0 || box.right > width || box.top < 0 || box.bottom > height || taken.some((other) => clash(box, other))) continue;
      taken.push(box);
      return { ...label, text };
    }
    return null;
  };
  return marks.map((mark) => {
    for (const text of mark.texts) {
      const label = place(mark, text);
      if (label) return label;
    }
    return null;
  });
}

/** Whether each name has room in the middle of what it names, so that none covers another; the first choose first. */
export function middles(names: readonly Middle[], width: number): boolean[] {
  const taken: Box[] = [];
  return names.map(({ x, y, text }) => {
    const half = (text.length * LETTER_PX) / 2;
    const box = { left: x - half, right: x + half, top: y - LINE_PX + 3, bottom: y + 3 };
    const fits = box.left >= 0 && box.right <= width && !taken.some((other) => clash(box, other));
    if (fits) taken.push(box);
    return fits;
  });
}
