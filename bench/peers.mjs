// tracelet beside the tools that a user would pick instead (bench/peers/tools.mjs), each watching once a second, in turns
// within one run: what is added to the time of a short command (`true`), CPU seconds a minute of watching and memory
// beside a command that sleeps, and how much slower a job gets that keeps all cores busy. Needs a build.
// Usage: node bench/peers.mjs [--json] [--quick|--tiny] [TOOL…]; PEERS_PYTHON names a Python that has them.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { figure, median, printResult, readWords } from "./figures.mjs";
import { peersBin } from "./peers/environment.mjs";
import { toolsIn } from "./peers/tools.mjs";

const { json, words } = readWords();
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const SIZES = {
  full: { rounds: 5, watch: 45, jobs: 6, seconds: 8 },
  quick: { rounds: 3, watch: 10, jobs: 2, seconds: 3 },
  tiny: { rounds: 1, watch: 3, jobs: 2, seconds: 1 },
};
const size = SIZES[Object.keys(SIZES).find((name) => words.includes(`--${name}`)) ?? "full"];
/** Seconds of rest before the job's work, in which every tool has started. */
const REST = 2;
/** Work of the job that says how much of it takes a second. */
const TRIAL = { units: 100, passes: 5 };

const bin = peersBin();
const only = words.filter((word) => !word.startsWith("--"));
const tools = toolsIn(bin).filter(({ name }) => only.length === 0 || name === "tracelet" || only.includes(name));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));
const { slowdownOf } = await statistics();
let runs = 0;

try {
  const short = await shortCommands();
  const watch = await watching(short);
  const jobs = await busyJobs();
  report(short, watch, jobs);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Per tool, seconds that `true` takes longer, and CPU seconds of the whole, by round. */
async function shortCommands() {
  const found = new Map(tools.map(({ name }) => [name, { added: [], cpu: [] }]));
  // The first round warms up: the files of a tool are read, and Python's bytecode is written.
  for (let round = 0; round <= size.rounds; round += 1) {
    const bare = await measure(["true"]);
    for (const tool of tools) {
      const { wall, cpu } = await measureTool(tool, ["true"]);
      if (round === 0) continue;
      found.get(tool.name).added.push(wall - bare.wall);
      found.get(tool.name).cpu.push(cpu);
    }
  }
  return found;
}

/** Per tool, CPU seconds a minute beyond those of its start and its end, and the most memory. */
async function watching(short) {
  const found = new Map();
  for (const tool of tools) {
    const { cpu, memory } = await measureTool(tool, ["sleep", String(size.watch)]);
    const steady = cpu - median(short.get(tool.name).cpu);
    found.set(tool.name, { cpu: (60 * steady) / size.watch, memory });
  }
  return found;
}

/** Per tool, pairs of a job's seconds without and with it. */
async function busyJobs() {
  const trial = await job(undefined, TRIAL);
  const factor = size.seconds / trial;
  const amount = { units: Math.ceil(TRIAL.units * factor), passes: Math.ceil(TRIAL.passes * factor) };
  const found = new Map(tools.map(({ name }) => [name, []]));
  for (let round = 0; round < size.jobs; round += 1) {
    const order = round % 2 === 0 ? [undefined, ...tools] : [...tools.toReversed(), undefined];
    const seconds = new Map();
    for (const tool of order) seconds.set(tool?.name, await job(tool, amount));
    for (const [name, pairs] of found) {
      pairs.push({ baseline: seconds.get(undefined), watched: seconds.get(name) });
    }
  }
  return found;
}

async function job(tool, { units, passes }) {
  const file = join(folder, `job-${(runs += 1)}.txt`);
  const command = [process.execPath, here("peers/job.mjs"), file, units, passes, REST].map(String);
  await (tool === undefined ? measure(command) : measureTool(tool, command));
  return Number(readFileSync(file, "utf8"));
}

function measureTool(tool, command) {
  const own = join(folder, `${tool.name.replaceAll(/\W/g, "-")}-${(runs += 1)}`);
  mkdirSync(own);
  return measure(tool.watch(command, own));
}

/** See bench/peers/measure.py. */
async function measure(command) {
  const child = spawn(join(bin, "python"), [here("peers/measure.py"), ...command], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      // One store for all runs: it is made in the round that does not count.
      MLFLOW_TRACKING_URI: `sqlite:///${folder}/mlflow.db`,
      MLFLOW_DISABLE_TELEMETRY: "true",
      WANDB_MODE: "offline",
    },
  });
  const result = JSON.parse(await text(child.stdout));
  if (result.status !== 0) throw new Error(`${command.join(" ")} ended with ${result.status}: ${result.last_words}`);
  return result;
}

function report(short, watch, jobs) {
  const lines = [
    ["tool", "added s", "CPU s a minute", "slowdown %", "memory MB"].map((head) => head.padEnd(19)).join(""),
  ];
  const figures = tools.flatMap(({ name }) => {
    const added = median(short.get(name).added);
    const { cpu, memory } = watch.get(name);
    const { percent, ci95 = [] } = slowdownOf(jobs.get(name));
    const [low, high] = ci95;
    const cells = [
      name,
      added.toFixed(2),
      cpu.toFixed(2),
      `${percent.toFixed(1)} (${low?.toFixed(1)} to ${high?.toFixed(1)})`,
    ];
    lines.push([...cells, (memory / 1e6).toFixed(0)].map((cell) => cell.padEnd(19)).join(""));
    return [
      figure(`${name}:added`, added, "s"),
      figure(`${name}:cpu`, cpu, "s"),
      figure(`${name}:slowdown`, percent, "percent"),
      ...(low === undefined ? [] : [figure(`${name}:slowdown_low`, low, "percent")]),
      ...(high === undefined ? [] : [figure(`${name}:slowdown_high`, high, "percent")]),
      figure(`${name}:memory`, memory / 1e6, "MB"),
    ];
  });
  printResult(json, "peers", figures, lines);
}

/** The same statistics as of `tracelet overhead`. */
async function statistics() {
  const outfile = join(folder, "statistics.mjs");
  await build({
    entryPoints: [here("../src/overhead/statistics.ts")],
    outfile,
    bundle: true,
    format: "esm",
    logLevel: "error",
  });
  return import(pathToFileURL(outfile).href);
}
