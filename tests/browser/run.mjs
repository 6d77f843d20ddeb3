// Runs the suites against a system of their own: `cpas up --demo` on a free port with a folder that goes away.
// With CPAS_URL set they run against that one instead. Further arguments are the suites to run.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const program = process.env.CPAS_BIN ?? join(here, "../../target/debug/cpas");
const READY = "Press Ctrl-C to stop.";
const READY_WITHIN_MS = 600_000;
const suites = process.argv.slice(2);

/** A port that nobody listens on now. */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

function runSuites(url) {
  const child = spawn(process.execPath, ["--test", "--test-concurrency=1", ...suites], { cwd: here, stdio: "inherit", env: { ...process.env, CPAS_URL: url } });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}

/** Starts the system and waits until the demo stands. */
function start(home, listen) {
  const child = spawn(program, ["up", "--demo"], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, CPAS_HOME: home, CPAS_LISTEN: listen } });
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`cpas up was not ready within ${READY_WITHIN_MS / 1_000} s`)), READY_WITHIN_MS);
    child.on("exit", (code) => reject(new Error(`cpas up ended with ${code}`)));
    let said = "";
    child.stdout.on("data", (chunk) => {
      process.stdout.write(chunk);
      said += chunk;
      if (said.includes(READY)) {
        clearTimeout(timer);
        resolve();
      }
    });
  });
  return { child, ready };
}

/** Fails with a sentence when nothing answers there: a suite that tests nothing must not look as if it had passed. */
async function answers(url) {
  const response = await fetch(url).catch((error) => error);
  if (response.ok) return true;
  console.error(`Nothing that is CPAS answers at ${url} (${response.status ?? response.cause?.code ?? response}). Start it, or leave CPAS_URL unset.`);
  return false;
}

if (process.env.CPAS_URL) {
  process.exitCode = (await answers(process.env.CPAS_URL)) ? await runSuites(process.env.CPAS_URL) : 1;
} else if (!existsSync(program)) {
  console.error(`${program} is not there. Build it (cargo build -p cpas), or set CPAS_BIN, or set CPAS_URL to a running system.`);
  process.exitCode = 1;
} else {
  const home = await mkdtemp(join(tmpdir(), "cpas-browser-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const system = start(home, listen);
  try {
    await system.ready;
    process.exitCode = await runSuites(`http://${listen}`);
  } catch (error) {
    console.error(String(error));
    process.exitCode = 1;
  } finally {
    const ended = new Promise((resolve) => (system.child.exitCode === null ? system.child.on("exit", resolve) : resolve()));
    system.child.kill("SIGINT");
    await ended;
    await rm(home, { recursive: true, force: true });
  }
}
