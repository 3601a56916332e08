// What watching costs while nothing is printed: CPU time of the wrapper and the watcher over a minute with a silent
// child at a 1 s interval, and the memory of both (PSS). The yardstick in the same run: an idle Node process.
// Usage: node bench/idle.mjs [SECONDS]
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const SECONDS = Number(process.argv[2] ?? 60);
const WARM_UP_SECONDS = 5;
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

const length = String(SECONDS + 2 * WARM_UP_SECONDS);
const command = [tracelet, "run", "--quiet", "--interval", "1", "--", "sleep", length];
const wrapper = spawn(process.execPath, command, { cwd: folder, stdio: "ignore" });
const yardstick = spawn(process.execPath, ["-e", `setTimeout(() => {}, ${length}000)`], { stdio: "ignore" });
await wait(WARM_UP_SECONDS * 1000);
const processes = { wrapper: wrapper.pid, watcher: watcherPid(), "idle node": yardstick.pid };

const before = Object.values(processes).map(nanoseconds);
await wait(SECONDS * 1000);
const after = Object.values(processes).map(nanoseconds);
Object.entries(processes).forEach(([name, pid], index) => {
  const percent = (100 * (after[index] - before[index])) / (SECONDS * 1e9);
  process.stdout.write(`${name.padEnd(10)} ${percent.toFixed(3)} % of a core, ${pss(pid).toFixed(1)} MB PSS\n`);
});
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
