// What it costs to write metric points as an offline run of W&B: `tracelet sync --backend wandb` of a finished run, and
// W&B's own client with the same points in offline mode. A point is one value of one metric; ten share a row. Wall time,
// points per second, peak memory; the client's is also told without its start and its end. That tracelet's memory does not
// grow with the points shows beside a run of a tenth of them. Usage:
//   node bench/wandb-write.mjs [--json] [POINTS] [PYTHON with wandb]
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";
import { KEYS, writeFinishedRun } from "./finished-run.mjs";
import { measured } from "./measured.mjs";

const { json, words } = readWords();
const POINTS = Number(words[0] ?? 1_000_000);
const python = words[1] ?? fileURLToPath(new URL("../.cache/wandb-venv/bin/python", import.meta.url));
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

// The client leaves the writing to another process, whose memory is not told.
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
  const where = { python, cwd: folder, env };
  const store = join(folder, ".tracelet");
  await writeFinishedRun(store, { id: "20260101-000000-tnth", points: POINTS / 10, backend: "wandb" });
  const tenth = await measured(sync("20260101-000000-tnth"), where);
  await writeFinishedRun(store, { id: "20260101-000000-bnch", points: POINTS, backend: "wandb" });
  const ours = await measured(sync("20260101-000000-bnch"), where);
  const theirs = await measured([python, "-c", CLIENT, POINTS, KEYS], where);
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

/** The `.wandb` files and their sizes. */
function filesWritten() {
  const names = readdirSync(join(folder, "wandb"), { recursive: true }).filter((name) => name.endsWith(".wandb"));
  return names.sort().map((name) => [name, statSync(join(folder, "wandb", name)).size]);
}
