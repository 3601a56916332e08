// The memory of wrapper and watcher (PSS) while a run records a great many metric points, in MB of 10⁶ bytes: at the
// start, in the middle, at the end, and the most at any look.
// Usage: node bench/memory.mjs [--json] [POINTS]
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const POINTS = Number(words[0] ?? 1_000_000);
const LOOK_MS = 200;
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

// Two points a line; the second before the first one is for the start to settle.
const child = `
import sys, time
time.sleep(2)
for step in range(${POINTS} // 2):
    sys.stdout.write("step %d loss=%.6f acc=%.4f\\n" % (step, 1 / (step + 1), step / ${POINTS}))
`;
const options = { cwd: folder, stdio: "ignore" };
const wrapper = spawn(
  process.execPath,
  [tracelet, "run", "--quiet", "--interval", "1", "--", "python3", "-c", child],
  options,
);
const started = performance.now();
const exit = new Promise((resolve) => wrapper.once("exit", resolve));

const looks = [];
while (watcherPid() === undefined && wrapper.exitCode === null) await wait(LOOK_MS);
const watcher = watcherPid();
while (wrapper.exitCode === null) {
  const sizes = [pss(wrapper.pid), pss(watcher)];
  if (!sizes.includes(undefined)) looks.push(sizes);
  await Promise.race([wait(LOOK_MS), exit]);
}
const seconds = (performance.now() - started) / 1000;
const recorded = countPoints();
rmSync(folder, { recursive: true });

const lines = [];
const print = (line) => lines.push(line);
const row = (name, [one, other]) =>
  print(
    `${name.padEnd(8)} wrapper ${one.toFixed(1)}, watcher ${other.toFixed(1)}, together ${(one + other).toFixed(1)} MB PSS`,
  );
const most = looks.toSorted(([a, b], [c, d]) => a + b - c - d).at(-1);
row("start", looks[0]);
row("middle", looks[Math.floor(looks.length / 2)]);
row("end", looks.at(-1));
row("peak", most);
print(`${recorded} points recorded in ${seconds.toFixed(0)} s`);
printResult(json, "memory", [figure("peak", most[0] + most[1], "MB"), figure("points", recorded, "points")], lines);

/** Proportional set size in MB; nothing of a process that is gone. */
function pss(pid) {
  try {
    return (Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

/** The journal's records of one type; none before there is a journal. */
function records(type) {
  const runs = join(folder, ".tracelet", "runs");
  const [run] = existsSync(runs) ? readdirSync(runs) : [];
  const journal = run === undefined ? "" : readFileSync(join(runs, run, "journal.jsonl"), "utf8");
  const lines = journal.split("\n").filter((line) => line.startsWith(`{"type":"${type}"`) && line.endsWith("}"));
  return lines.map((line) => JSON.parse(line));
}

function watcherPid() {
  return records("watcher")[0]?.pid;
}

function countPoints() {
  return records("metrics").reduce((sum, { metrics }) => sum + Object.keys(metrics).length, 0);
}
