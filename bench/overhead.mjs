// What watching costs a job that keeps all cores busy, as `tracelet overhead` measures it, at 0.1, 1 and 10 s.
// Usage: node bench/overhead.mjs [--json] [SECONDS]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const SECONDS = words[0] ?? "300";
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));

const command = [tracelet, "overhead", "--json", "--time", SECONDS];
const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
if (status !== 0) throw new Error(`tracelet overhead ended with ${status}: ${stderr}`);
const found = JSON.parse(stdout);

const figures = found.intervals.flatMap((cost) => {
  const at = `at_${cost.interval}s`;
  const [low, high] = cost.ci95 ?? [];
  const bounds = low === undefined ? [] : [figure(`${at}_low`, low, "percent"), figure(`${at}_high`, high, "percent")];
  const cpu = cost.tracelet_cpu_percent;
  return [
    figure(at, cost.slowdown_percent, "percent"),
    ...bounds,
    ...(cpu === undefined ? [] : [figure(`${at}_cpu`, cpu, "percent of a core")]),
    ...(cost.samples === undefined ? [] : [figure(`${at}_samples`, cost.samples, "samples")]),
    figure(`${at}_pairs`, cost.pairs, "pairs"),
  ];
});
const lines = found.intervals.map(
  ({ interval, slowdown_percent: percent, ci95: [low, high] = [], samples = 0, pairs }) =>
    `${interval} s: ${percent.toFixed(2)} % slower, 95 %: ${low?.toFixed(2)} to ${high?.toFixed(2)}, ${samples} samples, ${pairs} pairs`,
);
printResult(json, "overhead", figures, lines);
