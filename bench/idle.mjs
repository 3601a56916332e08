// What watching costs while nothing is printed: CPU time of the wrapper and the watcher over a minute with a silent
// command of so many processes at a 1 s interval, and the memory of both (PSS). The yardstick in the same run: an idle
// Node process. Usage: node bench/idle.mjs [--json] [SECONDS [PROCESSES]]
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const SECONDS = Number(words[0] ?? 60);
const PROCESSES = Math.min(500, Number(words[1] ?? 1));
const WARM_UP_SECONDS = 5;
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

const length = String(SECONDS + 2 * WARM_UP_SECONDS);
const child = `${`sleep ${length} & `.repeat(PROCESSES - 1)}exec sleep ${length}`;
const command = [tracelet, "run", "--quiet", "--interval", "1", "--", "sh", "-c", child];
const wrapper = spawn(process.execPath, command, { cwd: folder, stdio: "ignore" });
const yardstick = spawn(process.execPath, ["-e", `setTimeout(() => {}, ${length}000)`], { stdio: "ignore" });
await wait(WARM_UP_SECONDS * 1000);
const processes = { wrapper: wrapper.pid, watcher: watcherPid(), "idle node": yardstick.pid };

const before = Object.values(processes).map(nanoseconds);
await wait(SECONDS * 1000);
const after = Object.values(processes).map(nanoseconds);
const rows = Object.entries(processes).map(([name, pid], index) => ({
  name,
  percent: (100 * (after[index] - before[index])) / (SECONDS * 1e9),
  memory: pss(pid),
}));
const [ours, theirs, node] = rows;
const figures = [
  figure("wrapper_cpu", ours.percent, "percent of a core"),
  figure("watcher_cpu", theirs.percent, "percent of a core"),
  figure("cpu", ours.percent + theirs.percent, "percent of a core"),
  figure("memory", ours.memory + theirs.memory, "MB", { "an idle Node process": node.memory }),
];
const bench = PROCESSES === 1 ? "idle" : `idle-${PROCESSES}`;
const lines = rows.map(
  ({ name, percent, memory }) => `${name.padEnd(10)} ${percent.toFixed(3)} % of a core, ${memory.toFixed(1)} MB PSS`,
);
printResult(json, bench, figures, lines);
yardstick.kill();
await new Promise((ended) => wrapper.once("exit", ended));
rmSync(folder, { recursive: true });

/** CPU time of all threads so far. https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat */
function nanoseconds(pid) {
  return readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]),
    0,
  );
}

/** Proportional set size in MB of 10⁶ bytes. */
function pss(pid) {
  return (Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1]) * 1024) / 1e6;
}

function watcherPid() {
  const runs = join(folder, ".tracelet", "runs");
  const journal = readFileSync(join(runs, readdirSync(runs)[0], "journal.jsonl"), "utf8");
  return JSON.parse(journal.split("\n").find((line) => line.includes('"type":"watcher"'))).pid;
}
