import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { createBackend } from "../../src/backends/index.ts";
import type { RemoteRun } from "../../src/model/backend.ts";
import { testBackend, type SeenRun } from "../conformance/backend.ts";
import { filesIn, type Item, openWandbReader, valueOf, type WandbReader } from "../support/wandb/reader.ts";
import { wandbAvailable, wandbPython } from "../support/wandb/venv.ts";

const isAvailable = await wandbAvailable();
let dir: string;
let reader: WandbReader | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tracelet-wandb-"));
  if (isAvailable) reader = openWandbReader(await wandbPython());
});
afterAll(async () => {
  reader?.close();
  await rm(dir, { recursive: true });
});

testBackend({
  id: "wandb",
  create: async () => createBackend("wandb", { WANDB_DIR: dir }),
  ...(isAvailable ? { see } : {}),
});

/** A run as the package's messages have it, in the words of the suite. */
async function see({ remoteId, url = "" }: RemoteRun): Promise<SeenRun> {
  const records = (await reader?.records(join(url, `run-${remoteId}.wandb`))) ?? [];
  expect(records.map(({ num }) => Number(num))).toEqual(records.map((_, at) => at + 1));
  const metrics: Record<string, { value: unknown; step: number; timestamp: number }[]> = Object.create(null);
  const add = (key: string, value: unknown, step: number, timestamp: number) => {
    metrics[key] = [...(metrics[key] ?? []), { value, step, timestamp }];
  };
  for (const { history, stats } of records) {
    const row = new Map(history?.item.map(({ nested_key: [key = ""], value_json }) => [key, valueOf(value_json)]));
    const step = Number(row.get("tracelet/step") ?? row.get("_step"));
    const timestamp = Math.round(Number(row.get("_timestamp")) * 1000);
    for (const [key, value] of row)
      if (!key.startsWith("_") && key !== "tracelet/step") add(key, value, step, timestamp);
    for (const { key, value_json } of stats?.item ?? []) {
      add(`system.${key}`, valueOf(value_json), 0, Date.parse(stats?.timestamp ?? ""));
    }
  }
  const config = records.flatMap((record) => (record.config ?? record.run?.config)?.update ?? []);
  const tags = config.filter(isTag).map(({ nested_key: [, , key = ""], value_json }) => [key, valueOf(value_json)]);
  const params = config.filter(isParam).map(({ nested_key: [key = ""], value_json }) => [key, textOf(value_json)]);
  const exit = records.find((record) => record.exit !== undefined)?.exit;
  return {
    status: exit === undefined ? "running" : `exit status ${exit.exit_code ?? 0}`,
    params: Object.fromEntries(params),
    tags: Object.fromEntries(tags),
    metrics,
    artifacts: await filesIn(url),
  };
}

function isTag({ nested_key: [first, second] }: Item): boolean {
  return first === "tracelet" && second === "tags";
}

function isParam({ nested_key: path }: Item): boolean {
  return path.length === 1;
}

function textOf(json: string): string {
  const value = valueOf(json);
  return typeof value === "string" ? value : json;
}
