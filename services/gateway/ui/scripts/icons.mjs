// The app's icon: the cycle (context, plan, data, assessment, decision) as five arcs around what is decided. Drawn once
// here, as SVG and as PNG of the sizes that systems ask for.
import { crc32, deflateSync } from "node:zlib";

const GROUND = [0x00, 0x65, 0x9e];
const FIGURE = [0xff, 0xff, 0xff];
const ARCS = 5;
/** Radii and gap on a square of 1; a fifth of it at each side stays free for systems that cut the corners. */
const RING = { inner: 0.235, outer: 0.335, core: 0.1, gap: 0.12 };
const CORNER = 0.18;
/** Points across and down a pixel, for smooth edges. */
const SAMPLES = 4;

/** What lies at a point: nothing, the ground or the figure. */
function at(x, y, square) {
  const [dx, dy] = [x - 0.5, y - 0.5];
  const reach = Math.hypot(dx, dy);
  if (reach <= RING.core) return FIGURE;
  if (reach >= RING.inner && reach <= RING.outer) {
    const turn = (Math.atan2(dx, -dy) / (2 * Math.PI) + 1) % 1;
    const within = (turn * ARCS) % 1;
    if (within > RING.gap / 2 && within < 1 - RING.gap / 2) return FIGURE;
  }
  const [cx, cy] = [Math.max(CORNER - x, x - 1 + CORNER, 0), Math.max(CORNER - y, y - 1 + CORNER, 0)];
  return square || Math.hypot(cx, cy) <= CORNER ? GROUND : null;
}

/** One pixel: red, green, blue, opacity. */
function pixel(column, row, size, square) {
  const sum = [0, 0, 0];
  let solid = 0;
  for (let step = 0; step < SAMPLES * SAMPLES; step += 1) {
    const colour = at((column + ((step % SAMPLES) + 0.5) / SAMPLES) / size, (row + (Math.floor(step / SAMPLES) + 0.5) / SAMPLES) / size, square);
    if (!colour) continue;
    solid += 1;
    colour.forEach((part, place) => (sum[place] += part));
  }
  return [...sum.map((part) => Math.round(part / Math.max(solid, 1))), Math.round((255 * solid) / (SAMPLES * SAMPLES))];
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** The icon as PNG; `square`: with the ground up to the corners, for systems that cut their own shape. */
export function png(size, square = false) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const rows = Array.from({ length: size }, (_, row) => Buffer.from([0, ...Array.from({ length: size }, (__, column) => pixel(column, row, size, square)).flat()]));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(rows), { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

const hex = (colour) => `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** The icon as SVG. */
export function svg() {
  const middle = (RING.inner + RING.outer) / 2;
  const point = (turn) => [50 + 100 * middle * Math.sin(2 * Math.PI * turn), 50 - 100 * middle * Math.cos(2 * Math.PI * turn)].map((one) => one.toFixed(2)).join(" ");
  const arcs = Array.from({ length: ARCS }, (_, place) => `M${point((place + RING.gap / 2) / ARCS)}A${(100 * middle).toFixed(1)} ${(100 * middle).toFixed(1)} 0 0 1 ${point((place + 1 - RING.gap / 2) / ARCS)}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" rx="${100 * CORNER}" fill="${hex(GROUND)}"/><path d="${arcs.join("")}" fill="none" stroke="${hex(FIGURE)}" stroke-width="${(100 * (RING.outer - RING.inner)).toFixed(1)}"/><circle cx="50" cy="50" r="${100 * RING.core}" fill="${hex(FIGURE)}"/></svg>\n`;
}

/** All of them, by the name under which they are served. */
export function icons() {
  return { "icon.svg": svg(), "icon-192.png": png(192), "icon-512.png": png(512), "icon-maskable-512.png": png(512, true), "icon-180.png": png(180, true) };
}
