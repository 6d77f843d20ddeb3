// Writes .br and .gz beside every text file of dist, so that the gateway serves them as they are.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const assets = new URL("../dist/assets/", import.meta.url).pathname;
const rows = [];
for (const name of readdirSync(assets).sort()) {
  if (!/\.(js|css|svg|json)$/.test(name)) continue;
  const bytes = readFileSync(join(assets, name));
  const gzip = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  writeFileSync(join(assets, `${name}.gz`), gzip);
  writeFileSync(join(assets, `${name}.br`), brotli);
  rows.push([name, bytes.length, gzip.length, brotli.length]);
}
console.log("file".padEnd(38), "raw".padStart(8), "gzip".padStart(8), "br".padStart(8));
for (const [name, ...sizes] of rows) {
  console.log(name.padEnd(38), ...sizes.map((size) => String(size).padStart(8)));
}
