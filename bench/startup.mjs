// Start-up as a multiple of `node -e 0`, measured in turns in one run, so that a noisy machine is noisy for all three:
//   launch   from typing `tracelet run -- …` to the child's exec
//   whole    `tracelet run -- true`, from start to exit
// Usage: node bench/startup.mjs [--json] [ROUNDS]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, median, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const ROUNDS = Number(words[0] ?? 15);
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

function milliseconds(work) {
  const started = process.hrtime.bigint();
  const ended = work() ?? process.hrtime.bigint();
  return Math.round(Number((ended - started) / 1000n)) / 1000;
}

function run(file, args) {
  const ended = spawnSync(file, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  if (ended.status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${ended.status}`);
  return ended;
}

const bare = () => void run(process.execPath, ["-e", "0"]);
const whole = () => void run(process.execPath, [tracelet, "run", "--", "true"]);
/** The child says when it came to life. */
function launch() {
  const started = BigInt(Date.now()) * 1_000_000n;
  const offset = process.hrtime.bigint();
  const { stdout } = run(process.execPath, [tracelet, "run", "--", "date", "+%s%N"]);
  return offset + (BigInt(stdout.toString().trim()) - started);
}

const kinds = { bare, launch, whole };
const times = { bare: [], launch: [], whole: [] };
for (const work of Object.values(kinds)) work();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, work] of Object.entries(kinds)) times[kind].push(milliseconds(work));
}
rmSync(folder, { recursive: true });

const base = median(times.bare);
const pairs = (kind) => median(times[kind].map((time, round) => time / times.bare[round]));
const figures = ["launch", "whole"].map((kind) =>
  figure(kind, median(times[kind]), "ms", { "node -e 0": { value: base, ratio: pairs(kind) } }),
);
const names = { launch: "to the child's exec ", whole: "tracelet run -- true" };
printResult(json, "startup", figures, [
  `node -e 0            ${base.toFixed(0)} ms (median of ${ROUNDS})`,
  ...figures.map(
    ({ id, value, yardsticks: [yardstick] }) =>
      `${names[id]} ${value.toFixed(0)} ms = ${(value / base).toFixed(2)} × (median of pairs ${yardstick.ratio.toFixed(2)})`,
  ),
]);
