import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";

/** Metrics of a line. */
export const KEYS = 10;
/** When the run began: yesterday. */
export const STARTED = Date.now() - 86_400_000;

/** Writes a finished run as a watcher leaves it, each line with ten metrics, into a store. */
export async function writeFinishedRun(store, { id, name = "bench", points, backend }) {
  const directory = join(store, "runs", id);
  mkdirSync(directory, { recursive: true });
  const journal = createWriteStream(join(directory, "journal.jsonl"));
  const write = async (record) => {
    if (!journal.write(`${JSON.stringify(record)}\n`)) await once(journal, "drain");
  };
  const about = { project: "bench", command: ["true"], cwd: join(store, ".."), host: "bench", tracelet: "0.1.0" };
  const rest = { params: {}, tags: {}, interval: 10, backends: [backend] };
  await write({ type: "run", version: 1, id, name, ...about, started: STARTED, ...rest });
  for (let step = 0; step < points / KEYS; step += 1) {
    const metrics = Object.fromEntries(Array.from({ length: KEYS }, (_, key) => [`metric_${key}`, step / (key + 3)]));
    await write({ type: "metrics", timestamp: STARTED + step, step, metrics, stream: "stdout", offset: step });
  }
  await write({ type: "end", status: "finished", ended: STARTED + points, exitCode: 0 });
  journal.end();
  await once(journal, "close");
}
