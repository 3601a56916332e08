// Start-up as a multiple of `node -e 0`, measured in turns in one run, so that a noisy machine is noisy for all three:
//   launch   from typing `tracelet run -- …` to the child's exec
//   whole    `tracelet run -- true`, from start to exit
// Usage: node bench/startup.mjs [ROUNDS]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = Number(process.argv[2] ?? 15);
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

const print = (line) => process.stdout.write(`${line}\n`);
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
const base = median(times.bare);
print(`node -e 0            ${base.toFixed(0)} ms (median of ${ROUNDS})`);
for (const [kind, what] of [
  ["launch", "to the child's exec "],
  ["whole", "tracelet run -- true"],
]) {
  const middle = median(times[kind]);
  const ratios = times[kind].map((time, round) => time / times.bare[round]);
  print(
    `${what} ${middle.toFixed(0)} ms = ${(middle / base).toFixed(2)} × (median of pairs ${median(ratios).toFixed(2)})`,
  );
}
