// The CPU time of one reading of eight simulated GPUs: in a thread of its own, as a run has it; in the calling thread; and
// the same calls from C, in turns within one run. The library is test/fixtures/nvml/fake-nvml.c, whose answers cost next to
// nothing: what a real driver takes comes on top, and `npm run check:gpu` prints it. Usage: node bench/gpu-tick.mjs [ROUNDS]
// Needs a build (npm run build) and gcc. Fails when a reading in the thread takes more than a millisecond.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const ROUNDS = Number(process.argv[2] ?? 7);
const TICKS = 2000;
const MOST_MILLISECONDS = 1;
const root = fileURLToPath(new URL("..", import.meta.url));

const folder = mkdtempSync(join(root, "dist/.bench-"));
process.once("exit", () => rmSync(folder, { recursive: true }));
const library = join(folder, "libnvidia-ml.so.1");
const yardstick = join(folder, "gpu-tick");
execFileSync("gcc", ["-shared", "-fPIC", "-O2", "-o", library, join(root, "test/fixtures/nvml/fake-nvml.c"), "-ldl"]);
execFileSync("gcc", ["-O2", "-w", "-std=gnu11", "-o", yardstick, join(root, "bench/gpu-tick.c"), "-ldl"]);
const card =
  "temperature=61 power=412345 power_limit=700000 clock_1=1980 clock_2=2619 energy=9000000000000 fan_speed=35 memory_used=21474836480 gpm_supported=1 gpm_2=45.5 gpm_3=30 gpm_5=20 gpm_10=55 new_samples=60";
writeFileSync(
  `${library}.txt`,
  [
    "count 8",
    ...card.split(" ").map((one) => `*.${one.replace("=", " ")}`),
    "*.compute 4711:1024 4712:2048",
    "static 1",
    "",
  ].join("\n"),
);

const entry = join(folder, "probes.mjs");
await build({
  stdin: {
    contents:
      'export { openNvml } from "./src/probes/nvml.ts"; export { openNvmlHere } from "./src/probes/nvml-here.ts";',
    resolveDir: root,
  },
  outfile: entry,
  bundle: true,
  platform: "node",
  format: "esm",
  external: ["koffi"],
  plugins: [
    {
      name: "thread",
      setup: (plugin) =>
        plugin.onResolve({ filter: /-thread\.js$/ }, () => ({
          path: join(root, "bin/nvml-thread.js"),
          external: true,
        })),
    },
  ],
  logLevel: "warning",
});
const { openNvml, openNvmlHere } = await import(pathToFileURL(entry).href);
const places = { platform: "linux", library };
const threaded = await openNvml(places, { opening: 60_000, reading: 60_000 });
const here = await openNvmlHere(places);
for (const opened of [threaded, here]) if ("reason" in opened) throw new Error(opened.reason);
const pids = new Set([4711, 4712]);
let now = performance.now();
let readings = 0;

function tick(driver) {
  now += 1000;
  readings = 0;
  for (const device of driver.devices) readings += device.sample(now, pids).length;
}

/** Milliseconds of CPU time of one reading, all threads of this process together. */
function cpuOf(driver) {
  for (let index = 0; index < TICKS / 5; index += 1) tick(driver);
  const begun = process.cpuUsage();
  for (let index = 0; index < TICKS; index += 1) tick(driver);
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000 / TICKS;
}

const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];
const costs = { thread: [], here: [], c: [] };
for (let round = 0; round < ROUNDS; round += 1) {
  costs.thread.push(cpuOf(threaded));
  costs.here.push(cpuOf(here));
  costs.c.push(Number(execFileSync(yardstick, [library, String(TICKS * 10)]).toString()) / 1e6);
}
const show = (name, values) => {
  const middle = median(values);
  process.stdout.write(
    `${name.padEnd(34)} ${middle.toFixed(3)} ms (${values[0].toFixed(3)} to ${values.at(-1).toFixed(3)})\n`,
  );
  return middle;
};
process.stdout.write(
  `CPU time of one reading of 8 GPUs, ${readings} numbers; median of ${ROUNDS} rounds of ${TICKS}\n`,
);
const ours = show("in its thread, as in a run", costs.thread);
show("in the calling thread", costs.here);
show("the same calls from C", costs.c);
threaded.close();
here.close();
if (!(ours <= MOST_MILLISECONDS)) process.exitCode = 1;
