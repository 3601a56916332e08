import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

import { startTracelet, temporaryFolder } from "../support/tracelet.ts";
import { pretendMlflow } from "./mlflow-pretender.ts";

const KEYS = 10;
const ID = "20260101-000000-long";

describe.skipIf(process.platform !== "linux")("the memory of tracelet sync", () => {
  test("does not grow with the points of a run", async () => {
    const few = await peakOfSync(50_000);
    const many = await peakOfSync(400_000);
    // Kept whole, the points between the two would be 50 MB and more.
    expect(many - few).toBeLessThan(8e6);
  });
});

/** The most memory, in bytes, that `tracelet sync` needs for a run of so many points. */
async function peakOfSync(points: number): Promise<number> {
  const folder = await temporaryFolder();
  await writeRun(join(folder, ".tracelet", "runs", ID), points);
  // Looked at after the last point, before the end that waits for it.
  let peak = 0;
  const server = await pretendMlflow({
    artifacts: "mlflow-artifacts:/1/r1/artifacts",
    onRequest: async (path) => {
      if (path === "/runs/update") peak = await peakOf(sync.pid);
    },
  });
  onTestFinished(() => server.close());
  const sync = startTracelet(["sync"], { cwd: folder, env: { MLFLOW_TRACKING_URI: server.url } });
  const { code, stdout } = await sync.ended;
  expect({ code, stdout: stdout.toString() }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${points} points`),
  });
  return peak;
}

async function peakOf(pid: number | undefined): Promise<number> {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}

/** A finished run as a watcher leaves it. */
async function writeRun(directory: string, points: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  const journal = createWriteStream(join(directory, "journal.jsonl"));
  const started = Date.UTC(2026, 0, 1);
  const write = async (record: object) => {
    if (!journal.write(`${JSON.stringify(record)}\n`)) await once(journal, "drain");
  };
  const nothing = { command: ["true"], cwd: "/", host: "h", params: {}, tags: {}, interval: 10 };
  const who = { id: ID, name: "long", project: "long", tracelet: "0.1.0", backends: ["mlflow"] };
  await write({ type: "run", version: 1, started, ...who, ...nothing });
  for (let step = 0; step < points / KEYS; step += 1) {
    const metrics = Object.fromEntries(Array.from({ length: KEYS }, (_, key) => [`metric_${key}`, step / (key + 3)]));
    await write({ type: "metrics", timestamp: started + step, step, metrics, stream: "stdout", offset: step });
  }
  await write({ type: "end", status: "finished", ended: started + points, exitCode: 0 });
  journal.end();
  await once(journal, "close");
}
