// Builds dist/sw.js from worker/worker.ts when the rest of dist is there: it names each file of the build, and a version
// that changes when any of them does.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}dist/`;
const assets = readdirSync(`${dist}assets`).filter((name) => /\.(js|css)$/.test(name)).sort();
const top = readdirSync(dist).filter((name) => /^icon|\.webmanifest$/.test(name)).sort();
const hash = createHash("sha256");
for (const name of [...top, "index.html"]) hash.update(name).update(readFileSync(dist + name));
for (const name of readdirSync(`${root}worker`).sort()) hash.update(readFileSync(`${root}worker/${name}`));
const version = hash.update(assets.join()).digest("hex").slice(0, 16);
const files = [...assets.map((name) => `/assets/${name}`), ...top.map((name) => `/${name}`)];

await build({
  configFile: false,
  root,
  logLevel: "warn",
  publicDir: false,
  define: { BUILD: JSON.stringify({ version, files }) },
  build: {
    target: "es2022",
    emptyOutDir: false,
    modulePreload: false,
    rolldownOptions: { input: `${root}worker/worker.ts`, output: { format: "iife", entryFileNames: "sw.js" } },
  },
});
console.log(`sw.js: version ${version}, ${files.length} files`);
