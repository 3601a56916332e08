// What it costs to write metric points as an offline run of W&B: `tracelet sync --backend wandb` of a finished run, and
// W&B's own client with the same points in offline mode. A point is one value of one metric; ten share a row. Wall time,
// points per second, peak memory; the client's is also told without its start and its end. That tracelet's memory does not
// grow with the points shows beside a run of a tenth of them. Usage:
//   node bench/wandb-write.mjs [--json] [POINTS] [PYTHON with wandb]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const POINTS = Number(words[0] ?? 1_000_000);
const python = words[1] ?? fileURLToPath(new URL("../.cache/wandb-venv/bin/python", import.meta.url));
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const KEYS = 10;
const STARTED = Date.now() - 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

// Starts a command and says what it used. The client's own process leaves the writing to another, whose memory is not told.
const MEASURE = `
import json, resource, subprocess, sys, time
start = time.monotonic()
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": status, "wall": wall, "cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss * 1024}))
`;

const CLIENT = `
import sys, time, wandb
points, keys = (int(word) for word in sys.argv[1:3])
run = wandb.init(project="bench", mode="offline", settings=wandb.Settings(console="off", x_disable_stats=True))
start = time.monotonic()
for step in range(points // keys):
    run.log({"metric_%d" % key: step / (key + 3) for key in range(keys)}, step=step)
logged = time.monotonic() - start
run.finish()
with open("client.txt", "w") as file:
    print(logged, time.monotonic() - start, file=file)
`;

try {
  const env = { ...process.env, WANDB_SILENT: "true", WANDB_ERROR_REPORTING: "false" };
  await writeRun("20260101-000000-tnth", POINTS / 10);
  const tenth = await measure(sync("20260101-000000-tnth"), env);
  await writeRun("20260101-000000-bnch", POINTS);
  const ours = await measure(sync("20260101-000000-bnch"), env);
  const theirs = await measure([python, "-c", CLIENT, POINTS, KEYS], env);
  const [logged, done] = readFileSync(join(folder, "client.txt"), "utf8").split(" ").map(Number);
  const lines = [];
  const print = (line) => lines.push(line);
  const row = (name, points, { cpu, wall, rss }) =>
    print(
      `${name.padEnd(14)} ${points} points: ${wall.toFixed(2)} s wall, ${Math.round(points / wall)} points/s, ${cpu.toFixed(2)} s CPU, ${(rss / 1e6).toFixed(0)} MB peak memory`,
    );
  row("tracelet sync", POINTS / 10, tenth);
  row("tracelet sync", POINTS, ours);
  row("wandb offline", POINTS, theirs);
  print(
    `wandb offline without start: ${Math.round(POINTS / done)} points/s written, ${Math.round(POINTS / logged)} points/s taken by run.log()`,
  );
  for (const [name, bytes] of filesWritten()) print(`${name}: ${(bytes / 1e6).toFixed(1)} MB`);
  const client = "W&B's client";
  const figures = [
    figure("wall", ours.wall, "s", { [client]: theirs.wall, "the same without its start": done }),
    figure("cpu", ours.cpu, "s", { [client]: theirs.cpu }),
    figure("memory", ours.rss / 1e6, "MB", { [client]: theirs.rss / 1e6, "a tenth of the points": tenth.rss / 1e6 }),
    figure("points", POINTS, "points"),
  ];
  printResult(json, "wandb-write", figures, lines);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function sync(id) {
  return [process.execPath, tracelet, "sync", "--backend", "wandb", id];
}

/** A finished run as a watcher leaves it, each line with ten metrics. */
async function writeRun(id, points) {
  const directory = join(folder, ".tracelet", "runs", id);
  mkdirSync(directory, { recursive: true });
  const journal = createWriteStream(join(directory, "journal.jsonl"));
  const write = async (record) => {
    if (!journal.write(`${JSON.stringify(record)}\n`)) await once(journal, "drain");
  };
  await write({
    type: "run",
    version: 1,
    id,
    name: "bench",
    project: "bench",
    command: ["true"],
    cwd: folder,
    host: "bench",
    started: STARTED,
    tracelet: "0.1.0",
    params: {},
    tags: {},
    interval: 10,
    backends: ["wandb"],
  });
  for (let step = 0; step < points / KEYS; step += 1) {
    const metrics = Object.fromEntries(Array.from({ length: KEYS }, (_, key) => [`metric_${key}`, step / (key + 3)]));
    await write({ type: "metrics", timestamp: STARTED + step, step, metrics, stream: "stdout", offset: step });
  }
  await write({ type: "end", status: "finished", ended: STARTED + points, exitCode: 0 });
  journal.end();
  await once(journal, "close");
}

async function measure(command, env) {
  const words = ["-c", MEASURE, ...command.map(String)];
  const measured = spawn(python, words, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const result = JSON.parse(await text(measured.stdout));
  if (result.status !== 0) throw new Error(`exit status ${result.status}: ${command.slice(0, 3).join(" ")}`);
  return result;
}

/** The `.wandb` files and their sizes. */
function filesWritten() {
  const names = readdirSync(join(folder, "wandb"), { recursive: true }).filter((name) => name.endsWith(".wandb"));
  return names.sort().map((name) => [name, statSync(join(folder, "wandb", name)).size]);
}
