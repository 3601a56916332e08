// The CPU time of one host tick (CPU, load, memory, space of three file systems, disk and network counters) of ours, of
// the same readings through psutil, and through systeminformation, in turns within one run. The CPU time of the programs
// that a reading starts is in it. Usage: node bench/host-tick.mjs [--json] [ROUNDS]; PSUTIL_PYTHON names a Python that has psutil.
import { createHook } from "node:async_hooks";
import childProcess, { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { figure, median, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const ROUNDS = Number(words[0] ?? 7);
/** Ticks in each turn: enough for the kernel's clock of 10 ms a tick. */
const TICKS = { ours: 500, psutil: 200, systeminformation: 10 };
const root = fileURLToPath(new URL("..", import.meta.url));
const python = process.env.PSUTIL_PYTHON ?? join(root, ".cache/psutil-venv/bin/python");

// Programs that are started, with and without waiting. systeminformation takes these functions when it is loaded.
let started = 0;
createHook({ init: (_id, type) => (started += type === "PROCESSWRAP" ? 1 : 0) }).enable();
const { execSync, spawnSync, execFileSync } = childProcess;
for (const [name, original] of Object.entries({ execSync, spawnSync, execFileSync })) {
  childProcess[name] = (...args) => {
    started += 1;
    return original(...args);
  };
}

/** Prints milliseconds of CPU time for one tick for each line that it reads. */
const PSUTIL = `
import sys, time, psutil
def tick():
    psutil.cpu_percent()
    psutil.cpu_count()
    psutil.getloadavg()
    psutil.virtual_memory()
    psutil.swap_memory()
    for path in (${JSON.stringify(root)}, "/tmp", "/dev/shm"):
        psutil.disk_usage(path)
    psutil.disk_io_counters(perdisk=True)
    psutil.net_io_counters(pernic=True)
for line in sys.stdin:
    for _ in range(${TICKS.psutil / 5}):
        tick()
    before = time.process_time()
    for _ in range(${TICKS.psutil}):
        tick()
    print(1000 * (time.process_time() - before) / ${TICKS.psutil}, flush=True)
`;

const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));
const entry = join(folder, "probes.mjs");
await build({
  stdin: {
    contents:
      'export { openProbes, PROBES } from "./src/probes/index.ts"; export { thisHost } from "./src/probes/host.ts";',
    resolveDir: root,
  },
  outfile: entry,
  bundle: true,
  platform: "node",
  format: "esm",
  external: ["systeminformation", "*-thread.js"],
  logLevel: "warning",
});
const { openProbes, PROBES, thisHost } = await import(pathToFileURL(entry).href);
const si = createRequire(import.meta.url)("systeminformation");

const SAME = ["cpu", "load", "memory", "disk", "tmp", "shm", "disk_io", "network"];
const ALL = [...SAME, "pressure", "container"];
const same = await openOnly(SAME);
const all = await openOnly(ALL);
const psutil = existsSync(python) ? startPsutil() : undefined;

const results = { "ours, what psutil has too": [], "ours, with pressure and container": [] };
if (psutil !== undefined) results.psutil = [];
results.systeminformation = [];
const processes = {};
for (let round = 0; round < ROUNDS; round += 1) {
  const note = async (name, measure) => {
    const before = started;
    results[name].push(await measure());
    processes[name] = started - before;
  };
  await note("ours, what psutil has too", () => cost(() => same.sample({ ownPids: [] }), TICKS.ours));
  await note("ours, with pressure and container", () => cost(() => all.sample({ ownPids: [] }), TICKS.ours));
  if (psutil !== undefined) await note("psutil", () => psutil.cost());
  await note("systeminformation", () => cost(readThroughSi, TICKS.systeminformation));
}
psutil?.stop();
same.close();
all.close();
rmSync(folder, { recursive: true });

const middle = Object.fromEntries(Object.entries(results).map(([name, costs]) => [name, median(costs)]));
const base = middle[Object.keys(middle)[0]];
const lines = Object.entries(middle).map(([name, cost]) => {
  const count = name === "systeminformation" ? processes[name] / TICKS.systeminformation : processes[name];
  const times = (cost / base).toFixed(1);
  return `${name.padEnd(34)} ${cost.toFixed(3).padStart(8)} ms a tick, ${times.padStart(6)} × ours, ${count} processes`;
});
if (psutil === undefined) lines.push(`no psutil at ${python}: run its test once, or set PSUTIL_PYTHON`);
const { psutil: theirs, systeminformation } = middle;
const figures = [
  figure("tick", base, "ms", { psutil: theirs, systeminformation }),
  figure("tick_with_container", middle["ours, with pressure and container"], "ms"),
];
printResult(json, "host-tick", figures, lines);

/** Of our probes those with these ids. */
function openOnly(ids) {
  const selection = { system: true, gpu: false, disk: true, network: true, perCpu: false };
  const registry = PROBES.filter(({ on, probe }) => on !== "elsewhere" && ids.includes(probe.id));
  return openProbes(thisHost(root), selection, registry);
}

/** Milliseconds of CPU time for one of so many ticks, after a few that do not count. */
async function cost(tick, ticks) {
  for (let warm = 0; warm < ticks / 5; warm += 1) await tick();
  const before = cpuTime();
  for (let count = 0; count < ticks; count += 1) await tick();
  return (cpuTime() - before) / ticks;
}

/** Of this process and of the programs that it waited for. Milliseconds. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ");
  const children = Number(fields[13]) + Number(fields[14]);
  return (user + system) / 1000 + children * 10;
}

function readThroughSi() {
  return Promise.all([si.currentLoad(), si.mem(), si.fsSize(), si.disksIO(), si.networkStats("*")]);
}

function startPsutil() {
  const child = spawn(python, ["-c", PSUTIL], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async cost() {
      child.stdin.write("\n");
      return Number((await lines.next()).value);
    },
    stop: () => child.stdin.end(),
  };
}
