// What it costs to write a run's points as TensorBoard event files: `tracelet sync` of a finished run, from its journal and
// with its start, and TensorBoard's own EventFileWriter with the same points, without its start and imports. Points a
// second, CPU time, peak memory; of tracelet also with a tenth of the points, since memory is to be flat. The records of
// both have to be the same, byte for byte. Usage:
//   node bench/tensorboard-write.mjs [--json] [POINTS] [PYTHON with tensorboard]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";
import { KEYS, STARTED, writeFinishedRun } from "./finished-run.mjs";
import { measured } from "./measured.mjs";

const { json, words } = readWords();
const POINTS = Number(words[0] ?? 1_000_000);
const python = words[1] ?? fileURLToPath(new URL("../.cache/tensorboard-venv/bin/python", import.meta.url));
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

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
  await measured([python, "-c", WRITER, POINTS, KEYS, STARTED], { python, cwd: folder });
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
  const run = { id: "20260101-000000-bnch", name, points, backend: "tensorboard" };
  await writeFinishedRun(join(folder, name), run);
  return measured([process.execPath, tracelet, "sync", "--dir", name], { python, cwd: folder });
}

function eventFile(below) {
  const [name] = readdirSync(join(folder, below)).filter((file) => file.includes("tfevents"));
  return readFileSync(join(folder, below, name));
}
