// How long it takes to list a store of many runs, from the start of the process to its end, for the first time and again,
// and to find one by its name.
// Each has forty samples of seventy series. Usage:
//   node bench/runs-list.mjs [RUNS]
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const RUNS = Number(process.argv[2] ?? 10_000);
const TIMES = 5;
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

try {
  for (let run = 0; run < RUNS; run += 1) writeRun(run);
  const nothing = median(["--version"]);
  const first = median(["runs"], () => rmSync(join(folder, ".tracelet", "runs.index"), { force: true }));
  const listed = median(["runs"]);
  const json = median(["runs", "--json"]);
  const shown = median(["show", `run-${Math.floor(RUNS / 2)}`]);
  const row = (name, { seconds, memory }) =>
    process.stdout.write(`${name.padEnd(24)} ${seconds.toFixed(2)} s, ${(memory / 1e6).toFixed(0)} MB peak memory\n`);
  row("tracelet --version", nothing);
  row(`runs, of ${RUNS}`, first);
  row("runs, again", listed);
  row("runs --json", json);
  row("show, by name", shown);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A finished run of forty samples, as a watcher leaves it. */
function writeRun(number) {
  const started = Date.UTC(2026, 0, 1) + number * 60_000;
  const stamp = new Date(started)
    .toISOString()
    .replaceAll(/[-:]|\..*/g, "")
    .replace("T", "-");
  const id = `${stamp}-${number.toString(36).padStart(4, "0").slice(-4)}`;
  const directory = join(folder, ".tracelet", "runs", id);
  mkdirSync(directory, { recursive: true });
  const records = [
    {
      type: "run",
      version: 1,
      id,
      name: `run-${number}`,
      project: "bench",
      command: ["python", "train.py", "--lr", "3e-4"],
      cwd: folder,
      host: "bench",
      started,
      tracelet: "0.1.0",
      params: { lr: "3e-4" },
      tags: {},
      interval: 10,
      backends: [],
    },
    { type: "launch", timestamp: started + 5, pid: 4711, started: 1 },
    { type: "watcher", timestamp: started + 100, pid: 4712 },
    ...Array.from({ length: 40 }, (_, index) => sample(started, index)),
    {
      type: "end",
      status: number % 7 === 0 ? "failed" : "finished",
      ended: started + 400_000,
      exitCode: number % 7 === 0 ? 1 : 0,
    },
  ];
  writeFileSync(join(directory, "journal.jsonl"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

function sample(started, index) {
  const metrics = Object.fromEntries(
    Array.from({ length: 70 }, (_, key) => [`some_series_of_the_machine_${key}`, index * key + 0.5]),
  );
  return { type: "sample", timestamp: started + index * 10_000, index, metrics };
}

/** The median time of several tries, and the highest memory. */
function median(words, prepare = () => {}) {
  const tries = Array.from({ length: TIMES }, () => {
    prepare();
    const script = `process.on("exit", () => require("node:fs").writeFileSync("memory", String(process.resourceUsage().maxRSS)))`;
    writeFileSync(join(folder, "measure.cjs"), script);
    const start = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--require", join(folder, "measure.cjs"), tracelet, ...words],
      {
        cwd: folder,
        maxBuffer: 1e9,
      },
    );
    if (status !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
    const seconds = (performance.now() - start) / 1000;
    return { seconds, memory: Number(readFileSync(join(folder, "memory"), "utf8")) * 1024 };
  });
  const sorted = tries.toSorted((one, other) => one.seconds - other.seconds);
  return { ...sorted[Math.floor(TIMES / 2)], memory: Math.max(...tries.map(({ memory }) => memory)) };
}
