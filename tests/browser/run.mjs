// Runs the suites against a system of their own, started as a person starts it: `make run`, on a free port, with an
// empty folder that goes away. At the end Ctrl-C has to leave nothing behind, and a second start is timed.
// With CPAS_URL set they run against that one instead. Further arguments are the suites to run. All of them run in two
// lanes of about the same length, each with a system of its own.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const READY = "Press Ctrl-C to stop.";
const READY_WITHIN_MS = 900_000;
const SECOND_START_MAX_MS = 5_000;
const suites = process.argv.slice(2);
/** The long ones, which need nothing of the others: the look at every screen, and the journeys in all ways. */
const LONG = ["axe.test.mjs", "journeys-context.test.mjs", "journeys-plan.test.mjs"];

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

/** Runs suites against a system; what they say comes as they say it, or when they have ended. */
function runSuites(url, which, { together = false } = {}) {
  const child = spawn(process.execPath, ["--test", "--test-concurrency=1", ...which], { cwd: here, stdio: ["ignore", together ? "pipe" : "inherit", together ? "pipe" : "inherit"], env: { ...process.env, CPAS_URL: url } });
  const said = [];
  child.stdout?.on("data", (chunk) => said.push(chunk));
  child.stderr?.on("data", (chunk) => said.push(chunk));
  return new Promise((resolve) =>
    child.on("close", (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code ?? 1);
    }),
  );
}

/** The suites in lanes. */
function lanes() {
  if (suites.length > 0) return [suites];
  const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs")).sort();
  return [all.filter((name) => !LONG.includes(name)), LONG];
}

/** Starts the system as the README says and waits until the demo stands; how long that took from the last build step on. */
async function start(home, listen) {
  // A process group of its own, so that it can be told to stop as Ctrl-C does.
  const child = spawn("make", ["run"], { cwd: root, detached: true, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, CPAS_HOME: home, CPAS_LISTEN: listen } });
  let began = Date.now();
  const ready = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`make run was not ready within ${READY_WITHIN_MS / 1_000} s`)), READY_WITHIN_MS);
    child.on("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`make run ended with ${code}`));
    });
    let said = "";
    child.stdout.on("data", (chunk) => {
      process.stdout.write(chunk);
      if (String(chunk).includes("4/4 start")) began = Date.now();
      said += chunk;
      if (said.includes(READY)) {
        clearTimeout(timer);
        resolve(Date.now() - began);
      }
    });
  });
  return { child, ready };
}

/** Ctrl-C, and the wait for the end. */
async function stop({ child }) {
  const ended = new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.on("exit", resolve) : resolve()));
  try {
    process.kill(-child.pid, "SIGINT");
  } catch {
    // It has ended by itself.
  }
  await ended;
}

/** Processes that still speak of the folder, by their command lines. */
function leftBehind(home) {
  const commandOf = (pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return "";
    }
  };
  return process.platform === "linux" ? readdirSync("/proc").filter((pid) => /^\d+$/.test(pid)).map(commandOf).filter((command) => command.includes(home)) : [];
}

/** Everything with a system of its own for each lane; the exit code. */
async function onOurOwn() {
  const all = lanes();
  const homes = [];
  const systems = [];
  let code = 1;
  try {
    for (const _ of all) {
      homes.push(await mkdtemp(join(tmpdir(), "cpas-browser-")));
      const listen = `127.0.0.1:${await freePort()}`;
      systems.push({ listen, ...(await start(homes.at(-1), listen)) });
      // One after the other: the first builds what all of them start.
      await systems.at(-1).ready;
    }
    const codes = await Promise.all(all.map((which, lane) => runSuites(`http://${systems[lane].listen}`, which, { together: lane > 0 })));
    code = Math.max(...codes);
    await Promise.all(systems.map(stop));
    const left = homes.flatMap(leftBehind);
    if (left.length > 0) throw new Error(`Ctrl-C left behind: ${left.join("; ")}`);
    const second = await start(homes[0], systems[0].listen);
    const took = await second.ready.finally(() => stop(second));
    console.log(`second start: ${took} ms, the budget is ${SECOND_START_MAX_MS} ms${took > SECOND_START_MAX_MS ? ": OVER" : ""}`);
  } catch (error) {
    console.error(String(error));
    code = 1;
  } finally {
    await Promise.all(systems.map(stop));
    for (const home of homes) await rm(home, { recursive: true, force: true });
  }
  return code;
}

/** Fails with a sentence when nothing answers there: a suite that tests nothing must not look as if it had passed. */
async function answers(url) {
  const response = await fetch(url).catch((error) => error);
  if (response.ok) return true;
  console.error(`Nothing that is CPAS answers at ${url} (${response.status ?? response.cause?.code ?? response}). Start it, or leave CPAS_URL unset.`);
  return false;
}

if (process.env.CPAS_URL) process.exitCode = (await answers(process.env.CPAS_URL)) ? await runSuites(process.env.CPAS_URL, suites) : 1;
else process.exitCode = await onOurOwn();
