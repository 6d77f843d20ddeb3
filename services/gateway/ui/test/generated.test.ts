// What is generated has not drifted, and the lock file names no host.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ui = join(__dirname, "..");

it("the API's types are those of the .proto files; mend with: npm run types", () => {
  expect(() => execFileSync(process.execPath, ["scripts/types.mjs", "--check"], { cwd: ui, stdio: "pipe" })).not.toThrow();
});

it("the lock file pins versions and hashes without naming a registry", () => {
  const lock = readFileSync(join(ui, "package-lock.json"), "utf8");
  expect(lock).not.toMatch(/"resolved"/);
  expect(lock).toMatch(/"integrity": "sha512-/);
});
