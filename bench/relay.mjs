// What passing output on costs, against `tee`, which does the same and no more: 1 GB of text without metrics through a
// pipe, from start to the last byte at the reader. In turns in one run, so that a noisy machine is noisy for both.
// Usage: node bench/relay.mjs [ROUNDS] [MEGABYTES]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = Number(process.argv[2] ?? 5);
const BYTES = Number(process.argv[3] ?? 1000) * 1_000_000;
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

const text = "some words that a training script might print, and none of them is a metric";
const producer = `yes '${text}' | head -c ${BYTES}`;
// The reader says how much came and when the last of it did; what happens behind it is no part of the figure.
const reader = `sh -c 'wc -c; date +%s%N'`;

const kinds = {
  tee: `sh -c "${producer}" | tee copy | ${reader}`,
  tracelet: `${process.execPath} ${tracelet} run --quiet -- sh -c "${producer}" | ${reader}`,
};
const times = { tee: [], tracelet: [] };
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [kind, pipeline] of Object.entries(kinds)) {
    const started = BigInt(Date.now()) * 1_000_000n;
    const { stdout } = spawnSync("sh", ["-c", pipeline], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    const [count, ended] = stdout.toString().trim().split(/\s+/);
    if (Number(count) !== BYTES) throw new Error(`${kind}: ${count} of ${BYTES} bytes came through`);
    // The first round warms up.
    if (round > 0) times[kind].push(Number((BigInt(ended) - started) / 1_000_000n));
    rmSync(join(folder, ".tracelet"), { recursive: true, force: true });
  }
}
rmSync(folder, { recursive: true });

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
const ratios = times.tracelet.map((time, round) => time / times.tee[round]);
const print = (line) => process.stdout.write(`${line}\n`);
print(`tee       ${median(times.tee)} ms (median of ${ROUNDS})`);
print(`tracelet  ${median(times.tracelet)} ms, median of pairs ${median(ratios).toFixed(2)} ×`);
