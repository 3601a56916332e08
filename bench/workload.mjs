// What a command of many processes adds to a tick: CPU, memory, threads, faults and bytes of each, against psutil reading
// the same. CPU time of one tick, between two readings of the whole process table, with a pause before each, as in a run:
// of processes that wait, and of ones that all do a little and write. In a pid namespace of its own where that is allowed,
// since otherwise everything that other programs start meanwhile is looked at as well.
// Usage: node bench/workload.mjs [--json] [PROCESSES]; PSUTIL_PYTHON names a Python that has psutil.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { figure, median, printResult, readWords } from "./figures.mjs";

const OWN_PIDS = ["--pid", "--fork", "--mount-proc"];
const ALONE = "TRACELET_BENCH_ALONE";
if (process.env[ALONE] === undefined && spawnSync("unshare", [...OWN_PIDS, "true"]).status === 0) {
  const env = { ...process.env, [ALONE]: "1" };
  const words = [...OWN_PIDS, process.execPath, ...process.argv.slice(1)];
  process.exit(spawnSync("unshare", words, { env, stdio: "inherit" }).status ?? 1);
}

const { json, words } = readWords();
const PROCESSES = Math.min(500, Number(words[0] ?? 20));
const ROUNDS = 40;
const PAUSE_MS = 200;
/** What each round counts as, so that what is read seldom comes in its turn. */
const INTERVAL_MS = 1000;
const root = fileURLToPath(new URL("..", import.meta.url));
const python = process.env.PSUTIL_PYTHON ?? join(root, ".cache/psutil-venv/bin/python");
const lines = [];
if (process.env[ALONE] === undefined) lines.push("no pid namespace can be made here: other programs' processes count");

const LOADS = {
  idle: "sleep 600",
  // Twenty times a second, without starting anything.
  busy: "bash -c 'exec 3<> <(:); while :; do read -t 0.05 -u 3; for i in {1..100}; do :; done; echo x > /dev/null; done'",
};
const idle = await compare("idle", LOADS.idle);
const busy = await compare("busy", LOADS.busy);
printResult(
  json,
  "workload",
  [
    figure("tick", idle.ours, "ms", { psutil: idle.psutil }),
    figure("tick_busy", busy.ours, "ms", { psutil: busy.psutil }),
  ],
  lines,
);

async function compare(name, load) {
  const others = Array.from({ length: PROCESSES - 1 }, () => `${load} &`).join(" ");
  const command = spawn("sh", ["-c", `${others} wait`], { stdio: "ignore", detached: true });
  try {
    await wait(1000);
    return { ours: await measureOurs(name, command), psutil: measurePsutil(name, command) };
  } finally {
    process.kill(-command.pid, "SIGKILL");
  }
}

async function measureOurs(name, command) {
  const { openProbes, PROBES, thisHost } = await load();
  const registry = PROBES.filter(({ probe }) => probe.id.startsWith("workload"));
  let round = 0;
  let at = 0;
  // Milliseconds that pass within a tick count as such; the pause before it counts as a whole interval.
  const now = () => 1_000_000 + round * INTERVAL_MS + (performance.now() - at);
  const selection = { system: false, gpu: false, disk: false, network: false, perCpu: false };
  const probes = await openProbes({ ...thisHost("/"), now }, selection, registry);
  const target = { pid: command.pid, ownPids: [] };
  const costs = [];
  let processes = 0;
  for (; round < ROUNDS; round += 1) {
    await wait(PAUSE_MS);
    at = performance.now();
    const before = process.cpuUsage();
    const { readings } = await probes.sample(target);
    const { user, system } = process.cpuUsage(before);
    if (round > 1) costs.push((user + system) / 1000);
    processes = readings.find(({ key }) => key === "workload_processes")?.value ?? 0;
  }
  probes.close();
  lines.push(`tracelet  ${processes} ${name} processes: ${median(costs).toFixed(2)} ms of CPU time a tick`);
  return median(costs);
}

function measurePsutil(name, command) {
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
print(f"psutil    {len(tree)} ${name} processes: {sorted(costs)[len(costs) // 2]:.2f} ms of CPU time a tick")
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
