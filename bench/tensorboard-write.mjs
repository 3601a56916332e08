// What it costs to write a run's points as TensorBoard event files: `tracelet sync` of a finished run, from its journal and
// with its start, and TensorBoard's own EventFileWriter with the same points, without its start and imports. Points a
// second, CPU time, peak memory; of tracelet also with a tenth of the points, since memory is to be flat. The records of
// both have to be the same, byte for byte. Usage:
//   node bench/tensorboard-write.mjs [--json] [POINTS] [PYTHON with tensorboard]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";

const { json, words } = readWords();
const POINTS = Number(words[0] ?? 1_000_000);
const python = words[1] ?? fileURLToPath(new URL("../.cache/tensorboard-venv/bin/python", import.meta.url));
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const KEYS = 10;
const STARTED = Date.now() - 86_400_000;
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

// Starts a command and says, as its last line, what the command used.
const MEASURE = `
import json, resource, subprocess, sys, time
start = time.monotonic()
status = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": status, "wall": wall, "cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss * 1024}))
`;

const WRITER = `
import json, sys, time, resource
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
points, keys, started = (int(word) for word in sys.argv[1:4])
start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
writer = EventFileWriter("writer")
for step in range(points // keys):
    for key in range(keys):
        value = Summary.Value(tag="metric_%d" % key, simple_value=step / (key + 3))
        writer.add_event(Event(wall_time=(started + step) / 1000, step=step, summary=Summary(value=[value])))
writer.close()
after = resource.getrusage(resource.RUSAGE_SELF)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
with open("writer.json", "w") as file:
    json.dump({"wall": time.monotonic() - start, "cpu": cpu, "rss": after.ru_maxrss * 1024}, file)
`;

try {
  const small = await sync(POINTS / 10, "small");
  const ours = await sync(POINTS, "whole");
  await run([python, "-c", WRITER, POINTS, KEYS, STARTED]);
  const theirs = JSON.parse(readFileSync(join(folder, "writer.json"), "utf8"));
  const [own, official] = [eventFile(join("runs", "whole")), eventFile("writer")];
  // Before its points the official file has one record, which says the version; ours has the texts too.
  const records = official.subarray(16 + Number(official.readBigUInt64LE(0)));
  const lines = [];
  const print = (line) => lines.push(line);
  const row = (name, points, { cpu, wall, rss }) =>
    print(
      `${name.padEnd(26)} ${Math.round(points / wall)} points/s (${Math.round(points / cpu)} per second of CPU time), ${wall.toFixed(2)} s wall, ${cpu.toFixed(2)} s CPU, ${(rss / 1e6).toFixed(0)} MB peak memory`,
    );
  row("tracelet sync", POINTS, ours);
  row("tracelet sync, a tenth", POINTS / 10, small);
  row("EventFileWriter, loop only", POINTS, theirs);
  print(`${(theirs.wall / ours.wall).toFixed(2)} × its speed, ${(ours.cpu / theirs.cpu).toFixed(2)} × its CPU time`);
  print(`the records of all points are ${own.includes(records) ? "the same" : "NOT THE SAME"} in both`);
  const writer = "TensorBoard's writer";
  const figures = [
    figure("wall", ours.wall, "s", { [writer]: theirs.wall }),
    figure("cpu", ours.cpu, "s", { [writer]: theirs.cpu }),
    figure("memory", ours.rss / 1e6, "MB", { [writer]: theirs.rss / 1e6, "a tenth of the points": small.rss / 1e6 }),
    figure("points", POINTS, "points"),
  ];
  printResult(json, "tensorboard-write", figures, lines);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes a finished run of so many points with `tracelet sync`, and says what that took. */
async function sync(points, name) {
  await writeRun(points, name);
  return JSON.parse(await run([python, "-c", MEASURE, process.execPath, tracelet, "sync", "--dir", name]));
}

function eventFile(below) {
  const [name] = readdirSync(join(folder, below)).filter((file) => file.includes("tfevents"));
  return readFileSync(join(folder, below, name));
}

async function run(command) {
  const [file, ...words] = command.map(String);
  const child = spawn(file, words, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const said = await text(child.stdout);
  const [code] = await exit;
  if (code !== 0) throw new Error(`exit status ${code}: ${words[0]}`);
  return said;
}

/** A finished run as a watcher leaves it, each line with ten metrics. */
async function writeRun(points, name) {
  const id = "20260101-000000-bnch";
  const directory = join(folder, name, "runs", id);
  mkdirSync(directory, { recursive: true });
  const journal = createWriteStream(join(directory, "journal.jsonl"));
  const write = async (record) => {
    if (!journal.write(`${JSON.stringify(record)}\n`)) await once(journal, "drain");
  };
  await write({
    type: "run",
    version: 1,
    id,
    name,
    project: "bench",
    command: ["true"],
    cwd: folder,
    host: "bench",
    started: STARTED,
    tracelet: "0.1.0",
    params: {},
    tags: {},
    interval: 10,
    backends: ["tensorboard"],
  });
  for (let step = 0; step < points / KEYS; step += 1) {
    const metrics = Object.fromEntries(Array.from({ length: KEYS }, (_, key) => [`metric_${key}`, step / (key + 3)]));
    await write({ type: "metrics", timestamp: STARTED + step, step, metrics, stream: "stdout", offset: step });
  }
  await write({ type: "end", status: "finished", ended: STARTED + points, exitCode: 0 });
  journal.end();
  await once(journal, "close");
}
