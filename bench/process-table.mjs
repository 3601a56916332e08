// What reading the process table costs, against psutil reading the same of each process, and against systeminformation with
// the programs that it starts: with as many processes as asked for, some of them started here. CPU time and time of one
// reading, and how often a run at a 1 s interval reads it.
// Usage: [PYTHON=PYTHON_WITH_PSUTIL] node bench/process-table.mjs [--json] [PROCESSES]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { figure, median, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const WANTED = Math.min(1000, Number(words[0] ?? 300));
const ROUNDS = 20;
const PAUSE_MS = 500;
const TICKS = 60;
const root = fileURLToPath(new URL("..", import.meta.url));
const python = [process.env.PYTHON, join(root, ".cache/psutil-venv/bin/python"), "python3"].find(
  (path) => path !== undefined && (existsSync(path) || !path.includes("/")),
);

const countProcesses = () => readdirSync("/proc").filter((name) => /^[1-9]/.test(name)).length;
const lines = [];
const print = (line) => lines.push(line);

const missing = Math.max(0, WANTED - countProcesses());
const sleepers = Array.from({ length: missing }, () => spawn("sleep", ["600"], { stdio: "ignore" }));
try {
  await wait(1000);
  const { createProcessScan } = await load("process-scan");
  const { thisHost } = await load("host");
  const ours = await measureReadings(createProcessScan, thisHost("/"));
  const psutil = measurePsutil();
  const systeminformation = await measureSystemInformation();
  const readings = countReadings(createProcessScan, thisHost("/"));
  const figures = [
    figure("reading", ours, "ms", { psutil, systeminformation }),
    figure("readings_a_minute", readings, "readings"),
  ];
  printResult(json, "process-table", figures, lines);
} finally {
  for (const sleeper of sleepers) sleeper.kill();
}

/** With a clock of its own, by which each reading is due. A pause before each reading, as in a run: what is not used for a while is not in the caches either. */
async function measureReadings(createProcessScan, host) {
  const times = [];
  let size = 0;
  let now = 0;
  const scan = createProcessScan({ ...host, now: () => now });
  for (let round = 0; round < ROUNDS; round += 1) {
    await wait(PAUSE_MS);
    now += 10_000;
    scan.nextTick();
    const started = performance.now();
    const before = process.cpuUsage();
    size = scan.table().processes.size;
    const { user, system } = process.cpuUsage(before);
    times.push({ wall: performance.now() - started, cpu: (user + system) / 1000 });
  }
  scan.close();
  const [wall, cpu] = [median(times.map((time) => time.wall)), median(times.map((time) => time.cpu))];
  print(`tracelet  ${size} processes: ${wall.toFixed(1)} ms, ${cpu.toFixed(1)} ms of CPU time (median of ${ROUNDS})`);
  return cpu;
}

function measurePsutil() {
  const script = `
import time, psutil
fields = ["pid", "name", "status", "ppid", "cpu_times", "memory_info", "create_time"]
times = []
for round in range(${ROUNDS}):
    time.sleep(${PAUSE_MS / 1000})
    started, before = time.perf_counter(), time.process_time()
    count = len([process.info for process in psutil.process_iter(fields)])
    times.append((time.perf_counter() - started, time.process_time() - before))
middle = lambda values: sorted(values)[len(values) // 2] * 1000
print(f"psutil    {count} processes: {middle([t[0] for t in times]):.1f} ms, {middle([t[1] for t in times]):.1f} ms of CPU time")
`;
  const { status, stdout } = spawnSync(python, ["-c", script], { encoding: "utf8" });
  print(status === 0 ? stdout.trim() : `psutil    not there: name a Python that has it in PYTHON`);
  return status === 0 ? Number(/, ([\d.]+) ms of CPU time/.exec(stdout)[1]) : undefined;
}

/** With a pause in which it does not answer from what it has kept. */
async function measureSystemInformation() {
  const { processes } = createRequire(import.meta.url)("systeminformation");
  const times = [];
  let size = 0;
  for (let round = 0; round < ROUNDS / 4; round += 1) {
    await wait(2 * PAUSE_MS);
    const [started, before] = [performance.now(), cpuTime()];
    size = (await processes()).all;
    times.push({ wall: performance.now() - started, cpu: cpuTime() - before });
  }
  const [wall, cpu] = [median(times.map((time) => time.wall)), median(times.map((time) => time.cpu))];
  print(`systeminformation ${size} processes: ${wall.toFixed(0)} ms, ${cpu.toFixed(0)} ms of CPU time`);
  return cpu;
}

/** Of this process and of the programs that it waited for. Milliseconds. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ");
  return (user + system) / 1000 + (Number(fields[13]) + Number(fields[14])) * 10;
}

/** With a clock of its own, so that a minute takes no time. */
function countReadings(createProcessScan, host) {
  let now = 0;
  const scan = createProcessScan({ ...host, now: () => now });
  const tables = new Set([scan.table()]);
  for (let tick = 0; tick < TICKS; tick += 1) {
    now += 1000;
    scan.nextTick();
    tables.add(scan.table());
  }
  scan.close();
  print(
    `a minute at a 1 s interval reads it ${tables.size} times: as it begins, in the first tick, then every ten seconds, as with --processes`,
  );
  return tables.size;
}

async function load(name) {
  const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));
  const outfile = join(folder, `${name}.mjs`);
  const entry = fileURLToPath(new URL(`../src/probes/${name}.ts`, import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  const loaded = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return loaded;
}
