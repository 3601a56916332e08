// On a machine with an NVIDIA GPU: loads it with known work, compares every value that we read through NVML with
// nvidia-smi's, prints what each call of the driver costs, and keeps what the driver answered as a fixture named after
// card and driver. Usage: npm run check:gpu -- [--seconds 20] [--gib 8] [--out FOLDER] [--library PATH]
// Exit status: 0 all is as expected, 1 something is not, 77 there is no GPU to check with.
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import { build } from "esbuild";
import { compare, NO_VALUE, QUERY } from "./check-gpu-smi.mjs";
import { recorded } from "./check-gpu-calls.mjs";

const NO_GPU = 77;
const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "20" },
    gib: { type: "string", default: "8" },
    out: { type: "string", default: join(root, "test/fixtures/nvml") },
    library: { type: "string" },
  },
});
const print = (text) => process.stdout.write(`${text}\n`);
let wrong = 0;
const judge = (isRight, text) => {
  if (!isRight) wrong += 1;
  print(`${isRight ? "ok    " : "WRONG "} ${text}`);
};

const { loadNvml, openNvmlLibrary } = await bundled();
const places = { platform: process.platform, ...(options.library === undefined ? {} : { library: options.library }) };
const library = await loadNvml(places);
if ("reason" in library) leave(library);
const { nvml, calls } = recorded(library);
const driver = openNvmlLibrary(nvml, performance.now());
if ("reason" in driver) leave(driver);
const [device] = driver.devices;
if (device === undefined) leave({ reason: "the driver knows no GPU" });

print(`${device.name}, driver ${driver.driverVersion}, CUDA ${driver.cudaVersion}, ${driver.devices.length} device(s)`);
for (const { metrics, reason } of device.unavailable) print(`absent  ${metrics.join(" ")}: ${reason}`);
await wait(1000);
const idle = read([]);
const load = await startLoad();
const loaded = load === undefined ? [] : await readUnder(load);
if (load === undefined) await compareWithSmi();
printCosts();
keep();
driver.close();
print(wrong === 0 ? "all is as expected" : `${wrong} of these are not as expected`);
process.exitCode = wrong === 0 ? 0 : 1;

function leave({ reason, hint }) {
  print(`no GPU to check with: ${reason}${hint === undefined ? "" : `; ${hint}`}`);
  process.exit(NO_GPU);
}

/** One reading of the first device, without the prefix of its keys. */
function read(pids) {
  const readings = device.sample(performance.now(), new Set(pids));
  return Object.fromEntries(readings.map(({ key, value }) => [key.replace(/^gpu_\d+_/, ""), value]));
}

/** The process that works, once it does; nothing where CUDA cannot be used. */
async function startLoad() {
  const script = join(root, "scripts/gpu-load.mjs");
  // NVML counts the cards by their PCI addresses; CUDA shall too, and use the first.
  const env = { ...process.env, CUDA_DEVICE_ORDER: "PCI_BUS_ID", CUDA_VISIBLE_DEVICES: device.uuid ?? "0" };
  const child = spawn(process.execPath, [script, options.seconds, options.gib], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value === "ready") return { child, lines };
  judge(false, "the GPU could not be loaded with work: see above");
  return undefined;
}

/** Reads once a second while the GPU works, and judges by what is known of the work. */
async function readUnder({ child, lines }) {
  const bytes = Number(options.gib) * 2 ** 30;
  const begun = performance.now();
  // Whose time is over which window: the first reading begins it.
  const first = read([child.pid]);
  const readings = [];
  while (performance.now() - begun < 1000 * (Number(options.seconds) - 2)) {
    await wait(1000);
    readings.push(read([child.pid]));
    if (readings.length === 4) await compareWithSmi();
  }
  const taken = (performance.now() - begun) / 1000;
  const { value } = await lines.next();
  print(`work    ${value} (passes over ${options.gib} GiB, seconds)`);
  const mean = (key) => {
    const known = readings.map((reading) => reading[key]).filter((number) => number !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0) / known.length;
  };
  const last = readings.at(-1) ?? {};
  const expect = (key, isRight, text) => {
    const number = key === "energy" ? last.energy : mean(key);
    if (number === undefined) print(`absent  ${key}`);
    else judge(isRight(number), `${key} ${number.toFixed(2)} under load, expected ${text}`);
  };
  expect("utilization", (percent) => percent >= 90, "at least 90: it was never without work");
  expect("memory_utilization", (percent) => percent >= 20, "at least 20: the work is nothing but memory");
  expect("sm_activity", (percent) => percent >= 80, "at least 80: every SM has blocks");
  expect("dram_activity", (percent) => percent >= 20, "at least 20");
  expect("tensor_activity", (percent) => percent <= 5, "none");
  expect("workload_processes", (count) => count === 1, "1");
  expect("workload_memory_used", (used) => used >= bytes && used < bytes + 2 ** 31, `${bytes} and a little more`);
  expect("memory_used", (used) => used >= bytes, `at least ${bytes}`);
  expect("lost", (lost) => lost === 0, "0");
  const watts = mean("power");
  if (watts !== undefined && first.energy !== undefined) {
    const joules = last.energy - first.energy;
    const ratio = joules / (watts * taken);
    judge(
      Math.abs(ratio - 1) < 0.15,
      `energy ${joules.toFixed(0)} J in ${taken.toFixed(1)} s, power ${watts.toFixed(0)} W: ratio ${ratio.toFixed(2)}`,
    );
  }
  return readings;
}

/** The GPU is at rest, or at steady work: what both say at nearly the same time is to be the same. */
async function compareWithSmi() {
  const before = read([]);
  const line = await smiLine();
  const after = read([]);
  if (line === undefined) return print("nvidia-smi cannot be run: nothing was compared with it");
  for (const { field, key, isSame, ours, theirs } of compare(device, before, after, line)) {
    judge(isSame, `${field} ${theirs ?? NO_VALUE} is ${key} ${ours ?? NO_VALUE}`);
  }
  return undefined;
}

/** The values that nvidia-smi prints; nothing where it cannot be run. */
async function smiLine() {
  const query = [`--query-gpu=${QUERY.join(",")}`, "--format=csv,noheader,nounits", "-i", device.uuid ?? "0"];
  try {
    const { stdout } = await promisify(execFile)("nvidia-smi", query);
    return stdout
      .split("\n")[0]
      .split(",")
      .map((value) => value.trim());
  } catch (error) {
    print(`nvidia-smi: ${error.message}`);
    return undefined;
  }
}

function printCosts() {
  print("call                                                calls    mean µs     max µs  answers");
  for (const [name, { count, total, max, codes }] of [...calls].sort(([, one], [, other]) => other.total - one.total)) {
    const answers = [...codes].map(([code, times]) => `${code}: ${times}`).join(", ");
    print(
      `${name.padEnd(48)} ${`${count}`.padStart(8)} ${(total / count).toFixed(1).padStart(10)} ${max.toFixed(1).padStart(10)}  ${answers}`,
    );
  }
  // Once more, without the recording.
  const bare = openNvmlLibrary(library, performance.now());
  const TICKS = 50;
  const pids = new Set([process.pid]);
  const before = process.cpuUsage();
  const begun = performance.now();
  for (let tick = 0; tick < TICKS; tick += 1) for (const one of bare.devices) one.sample(performance.now(), pids);
  const { user, system } = process.cpuUsage(before);
  const cpu = ((user + system) / 1000 / TICKS).toFixed(3);
  const taken = ((performance.now() - begun) / TICKS).toFixed(3);
  print(`one reading of ${bare.devices.length} device(s): ${cpu} ms of CPU, the driver's included, in ${taken} ms`);
  bare.close();
}

/** What the driver answered, for tests where there is none. Nothing in it tells one card from others of its kind. */
function keep() {
  const fixture = {
    name: device.name,
    driverVersion: driver.driverVersion,
    cudaVersion: driver.cudaVersion,
    unavailable: device.unavailable,
    functions: Object.fromEntries(
      [...calls].map(([name, { codes, answer }]) => [name, { codes: Object.fromEntries(codes), ...answer }]),
    ),
    idle,
    loaded: loaded.at(-1),
  };
  const slug = (text) => (text ?? "unknown").toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-");
  mkdirSync(options.out, { recursive: true });
  const path = join(options.out, `${slug(device.name)}-${slug(driver.driverVersion)}.json`);
  writeFileSync(path, `${JSON.stringify(fixture, undefined, 2)}\n`);
  print(`kept in ${path}`);
}

/** Our reading of NVML, from src. */
async function bundled() {
  const folder = mkdtempSync(join(root, ".check-gpu-"));
  try {
    const outfile = join(folder, "nvml.mjs");
    await build({
      stdin: {
        contents:
          'export { loadNvml } from "./src/probes/nvml-library.ts"; export { openNvmlLibrary } from "./src/probes/nvml-here.ts";',
        resolveDir: root,
      },
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["koffi"],
      logLevel: "warning",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
