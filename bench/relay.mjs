// What passing output on costs, against `tee`, which does the same and no more: 1 GB of text without metrics through a
// pipe, from start to the last byte at the reader. In turns in one run, so that a noisy machine is noisy for both.
// Usage: node bench/relay.mjs [--json] [ROUNDS] [MEGABYTES]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, median, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const ROUNDS = Number(words[0] ?? 5);
const BYTES = Number(words[1] ?? 1000) * 1_000_000;
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

const ratios = times.tracelet.map((time, round) => time / times.tee[round]);
const tee = { value: median(times.tee), ratio: median(ratios) };
const figures = [figure("time", median(times.tracelet), "ms", { tee })];
printResult(json, "relay", figures, [
  `tee       ${tee.value} ms (median of ${ROUNDS})`,
  `tracelet  ${median(times.tracelet)} ms, median of pairs ${tee.ratio.toFixed(2)} ×`,
]);
