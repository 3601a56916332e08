// What it costs the client to bring metric points to a local MLflow server on SQLite: `tracelet sync` of a finished run,
// and MLflow's own Python client with the same points in the same batches of 1,000. CPU time, wall time, peak memory.
// The Python client's CPU time is also told without its start and imports. A sync also makes a report and uploads that; the
// client has none. So the report is made before (`tracelet report`), and is told for itself and together with the sync,
// which still uploads it. Usage:
//   node bench/mlflow-upload.mjs [--json] [POINTS] [PYTHON with mlflow]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { figure, printResult, readWords } from "./figures.mjs";
import { KEYS, STARTED, writeFinishedRun } from "./finished-run.mjs";
import { measured } from "./measured.mjs";

const { json, words } = readWords();
const POINTS = Number(words[0] ?? 100_000);
const python = words[1] ?? fileURLToPath(new URL("../.cache/mlflow-venv/bin/python", import.meta.url));
const tracelet = fileURLToPath(new URL("../bin/run.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tracelet-bench-"));

const CLIENT = `
import resource, sys
from mlflow import MlflowClient
from mlflow.entities import Metric
points, keys, started = (int(word) for word in sys.argv[1:4])
client = MlflowClient()
run = client.create_run(client.create_experiment("client"))
before = resource.getrusage(resource.RUSAGE_SELF)
steps = points // keys
for first in range(0, steps, 1000 // keys):
    client.log_batch(run.info.run_id, metrics=[
        Metric("metric_%d" % key, step / (key + 3), started + step, step)
        for step in range(first, min(first + 1000 // keys, steps)) for key in range(keys)
    ])
client.set_terminated(run.info.run_id)
after = resource.getrusage(resource.RUSAGE_SELF)
with open("client-cpu.txt", "w") as file:
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, file=file)
`;

const server = await startServer();
try {
  const environment = { ...process.env, MLFLOW_TRACKING_URI: server.url, MLFLOW_DISABLE_TELEMETRY: "true" };
  const where = { python, cwd: folder, env: environment };
  const run = { id: "20260101-000000-bnch", points: POINTS, backend: "mlflow" };
  await writeFinishedRun(join(folder, ".tracelet"), run);
  const report = await measured([process.execPath, tracelet, "report"], where);
  const ours = await measured([process.execPath, tracelet, "sync", "--upload-timeout", "600"], where);
  const both = { cpu: ours.cpu + report.cpu, wall: ours.wall + report.wall, rss: Math.max(ours.rss, report.rss) };
  const theirs = await measured([python, "-c", CLIENT, POINTS, KEYS, STARTED], where);
  const inLoop = Number(readFileSync(join(folder, "client-cpu.txt"), "utf8"));
  const [counted, read] = await countPoints();
  const lines = [];
  const print = (line) => lines.push(line);
  const row = (name, { cpu, wall, rss }) =>
    print(
      `${name.padEnd(25)} ${cpu.toFixed(2)} s CPU, ${wall.toFixed(1)} s wall, ${(rss / 1e6).toFixed(0)} MB peak memory`,
    );
  row("tracelet sync, points", ours);
  row("  and making the report", both);
  row("Python client", theirs);
  print(
    `CPU time: ${(ours.cpu / theirs.cpu).toFixed(3)} × the Python client's, ${(ours.cpu / inLoop).toFixed(3)} × it without start; ` +
      `with the report ${(both.cpu / theirs.cpu).toFixed(3)} and ${(both.cpu / inLoop).toFixed(3)} ×`,
  );
  print(`wall time: ${(ours.wall / theirs.wall).toFixed(2)} ×; ${counted} and ${read} points are at the server`);
  const client = "MLflow's Python client";
  const figures = [
    figure("cpu", ours.cpu, "s", { [client]: theirs.cpu, "the same without its start": inLoop }),
    figure("cpu_with_report", both.cpu, "s", { [client]: theirs.cpu, "the same without its start": inLoop }),
    figure("wall", ours.wall, "s", { [client]: theirs.wall }),
    figure("memory", ours.rss / 1e6, "MB", { [client]: theirs.rss / 1e6 }),
    figure("points", counted, "points"),
  ];
  printResult(json, "mlflow-upload", figures, lines);
} finally {
  server.process.kill("SIGTERM");
  await once(server.process, "exit");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function startServer() {
  const port = await freePort();
  const store = `sqlite:///${folder}/mlflow.db`;
  const words = `-m mlflow server --host 127.0.0.1 --port ${port} --workers 1 --backend-store-uri ${store}`.split(" ");
  const env = { ...process.env, MLFLOW_DISABLE_TELEMETRY: "true", MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false" };
  const started = spawn(python, words, { cwd: folder, stdio: "ignore", env, detached: true });
  const kill = (signal) => process.kill(-started.pid, signal);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) return { url, process: Object.assign(started, { kill }) };
    if (tries === 600) throw new Error("the MLflow server did not start");
    await wait(200);
  }
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

/** Points of both runs, as the database has them. */
async function countPoints() {
  const query = "select count(*) from metrics group by run_uuid";
  const script = `import sqlite3; print([n for n, in sqlite3.connect("mlflow.db").execute("${query}")])`;
  const counter = spawn(python, ["-c", script], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(await text(counter.stdout));
}
