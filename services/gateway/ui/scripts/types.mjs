// Writes src/api/types/*.ts from the .proto files: the REST bodies are the messages.
// Run with --check to fail, and say how to mend it, where the committed files differ.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const protos = join(here, "../../../../proto/cpas");
const out = join(here, "../src/api/types");
const SERVICES = ["common", "context", "planning", "collection", "assessment", "reporting"];
const NUMBERS = new Set(["double", "float", "int32", "int64", "uint32", "uint64"]);

/** TypeScript interfaces of one .proto file. */
export function interfacesOf(source) {
  const lines = source.split("\n");
  const result = [];
  const used = new Set();
  let comment = [];
  let name = null;
  for (const raw of lines) {
    const line = raw.trim();
    if (line.startsWith("//")) {
      comment.push(line.slice(2).trim());
      continue;
    }
    const open = /^message (\w+) \{(\})?$/.exec(line);
    if (open) {
      name = open[1];
      if (comment.length) result.push(`/** ${comment.join(" ")} */`);
      result.push(`export interface ${name} {`);
      if (open[2]) {
        result.push("}", "");
        name = null;
      }
      comment = [];
      continue;
    }
    if (name && line === "}") {
      result.push("}", "");
      name = null;
      comment = [];
      continue;
    }
    const field = /^(optional |repeated )?(map<string, string>|[\w.]+) (\w+) = \d+;$/.exec(line);
    if (name && field) {
      const type = typeOf(field[2], used);
      const isMessage = /^[A-Z]/.test(type) && !type.startsWith("Record<");
      const shape =
        field[1] === "repeated " ? `${type}[]` : field[1] === "optional " || isMessage ? `${type} | null` : type;
      result.push(`  ${field[3]}: ${shape};`);
      comment = [];
      continue;
    }
    if (line === "") comment = [];
  }
  return { body: result.join("\n"), used };
}

function typeOf(proto, used) {
  if (proto === "string" || proto === "bytes") return "string";
  if (proto === "bool") return "boolean";
  if (NUMBERS.has(proto)) return "number";
  if (proto.startsWith("map<")) return "Record<string, string>";
  const name = proto.split(".").at(-1);
  if (proto.startsWith("cpas.common")) used.add(name);
  return name;
}

/** All of a service's files but its events, which never reach the web app. */
function sourceOf(service) {
  const folder = join(protos, service, "v1");
  const files = readdirSync(folder).filter((name) => name.endsWith(".proto") && name !== "events.proto").sort();
  return files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

function render(service) {
  const { body, used } = interfacesOf(sourceOf(service));
  const imports = used.size ? `import type { ${[...used].sort().join(", ")} } from "./common";\n\n` : "";
  return `// Written by scripts/types.mjs from proto/cpas/${service}/v1; do not edit.\n\n${imports}${body.trimEnd()}\n`;
}

const check = process.argv.includes("--check");
let drift = 0;
for (const service of SERVICES) {
  const path = join(out, `${service}.ts`);
  const text = render(service);
  if (check) {
    if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
      console.error(`src/api/types/${service}.ts differs from the .proto file; run: npm run types`);
      drift += 1;
    }
  } else writeFileSync(path, text);
}
process.exitCode = drift ? 1 : 0;
