// What a command of many processes adds to a tick: CPU, memory, threads, faults and bytes of each, against psutil reading
// the same. CPU time of one tick, between two readings of the whole process table. A pause before each, as in a run.
// Usage: node bench/workload.mjs [--json] [PROCESSES]; PSUTIL_PYTHON names a Python that has psutil.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { figure, median, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const PROCESSES = Math.min(500, Number(words[0] ?? 20));
const ROUNDS = 40;
const PAUSE_MS = 200;
const root = fileURLToPath(new URL("..", import.meta.url));
const python = process.env.PSUTIL_PYTHON ?? join(root, ".cache/psutil-venv/bin/python");
const lines = [];

const sleepers = Array.from({ length: PROCESSES - 1 }, () => "sleep 600 &").join(" ");
const command = spawn("sh", ["-c", `${sleepers} wait`], { stdio: "ignore", detached: true });
try {
  await wait(500);
  const ours = await measureOurs();
  const psutil = measurePsutil();
  printResult(json, "workload", [figure("tick", ours, "ms", { psutil })], lines);
} finally {
  process.kill(-command.pid, "SIGKILL");
}

/** With a clock that stands still, so that the whole table is not read again. */
async function measureOurs() {
  const { openProbes, PROBES, thisHost } = await load();
  const registry = PROBES.filter(({ probe }) => probe.id.startsWith("workload"));
  const now = () => 1_000_000 + performance.now() / 1000;
  const selection = { system: false, gpu: false, disk: false, network: false, perCpu: false };
  const probes = await openProbes({ ...thisHost("/"), now }, selection, registry);
  const target = { pid: command.pid, ownPids: [] };
  const costs = [];
  let processes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await wait(PAUSE_MS);
    const before = process.cpuUsage();
    const { readings } = await probes.sample(target);
    const { user, system } = process.cpuUsage(before);
    if (round > 1) costs.push((user + system) / 1000);
    processes = readings.find(({ key }) => key === "workload_processes")?.value ?? 0;
  }
  probes.close();
  lines.push(`tracelet  ${processes} processes: ${median(costs).toFixed(2)} ms of CPU time a tick`);
  return median(costs);
}

function measurePsutil() {
  const script = `
import sys, time, psutil
root = psutil.Process(${command.pid})
costs = []
for round in range(${ROUNDS}):
    time.sleep(${PAUSE_MS / 1000})
    before = time.process_time()
    tree = [root] + root.children(recursive=True)
    for process in tree:
        with process.oneshot():
            process.cpu_times(), process.memory_info(), process.num_threads(), process.io_counters()
    costs.append(1000 * (time.process_time() - before))
print(f"psutil    {len(tree)} processes: {sorted(costs)[len(costs) // 2]:.2f} ms of CPU time a tick")
`;
  const { status, stdout } = spawnSync(python, ["-c", script], { encoding: "utf8" });
  lines.push(status === 0 ? stdout.trim() : `no psutil at ${python}: run its test once, or set PSUTIL_PYTHON`);
  return status === 0 ? Number(/: ([\d.]+) ms/.exec(stdout)[1]) : undefined;
}

async function load() {
  const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));
  const outfile = join(folder, "probes.mjs");
  await build({
    stdin: {
      contents:
        'export { openProbes, PROBES } from "./src/probes/index.ts"; export { thisHost } from "./src/probes/host.ts";',
      resolveDir: root,
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["systeminformation", "*-thread.js"],
    logLevel: "error",
  });
  const loaded = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return loaded;
}
