// What tracelet adds to the way of a line, from the child's write to the reader of tracelet's stdout, against the same
// child read without tracelet. The child prints the time; the reader compares.
// Usage: node bench/latency.mjs [--json] [LINES]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const LINES = Number(words[0] ?? 2000);
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));
// A line every 5 ms; the first second, in which processes start beside it, does not count.
const child = `
import sys, time
for line in range(${LINES} + 200):
    time.sleep(0.005)
    sys.stdout.write("line %d at %d\\n" % (line, time.time_ns())); sys.stdout.flush()
`;

/** Latencies in milliseconds, sorted. */
async function measure(file, args) {
  // A shell in between gives both the same kind of pipe.
  const quoted = [file, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const reader = spawn("sh", ["-c", `${quoted} | cat`], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const latencies = [];
  for await (const line of createInterface(reader.stdout)) {
    const [, number, written] = /^line (\d+) at (\d+)$/.exec(line) ?? [];
    const now = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n;
    if (Number(number) >= 200) latencies.push(Number(now - BigInt(written)) / 1e6);
  }
  if (latencies.length !== LINES) throw new Error(`${latencies.length} of ${LINES} lines came`);
  return latencies.toSorted((one, other) => one - other);
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const bare = await measure("python3", ["-c", child]);
const wrapped = await measure(process.execPath, [
  tracelet,
  "run",
  "--quiet",
  "--interval",
  "1",
  "--",
  "python3",
  "-c",
  child,
]);
rmSync(folder, { recursive: true });
const shares = { p50: 0.5, p99: 0.99, "p99.9": 0.999 };
const rows = Object.entries(shares).map(([name, share]) => ({
  name,
  bare: at(bare, share),
  whole: at(wrapped, share),
}));
const figures = rows.flatMap(({ name, bare, whole }) => [
  figure(name, whole, "ms", { "without tracelet": bare }),
  figure(`added_${name}`, whole - bare, "ms"),
]);
printResult(
  json,
  "latency",
  figures,
  rows.map(
    ({ name, bare, whole }) =>
      `${name.padEnd(6)} bare ${bare.toFixed(2)} ms, tracelet ${whole.toFixed(2)} ms, added ${(whole - bare).toFixed(2)} ms`,
  ),
);
