import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe } from "vitest";
import { createBackend } from "../../src/backends/index.ts";
import type { RemoteRun } from "../../src/model/backend.ts";
import { type SeenRun, testBackend } from "../conformance/backend.ts";
import { openEventReader, type ReadFolder } from "../support/tensorboard/read-events.ts";
import { tensorboardAvailable } from "../support/tensorboard/venv.ts";

const available = await tensorboardAvailable();

describe.skipIf(!available)("with TensorBoard's own reader,", async () => {
  if (!available) return;
  const folder = await mkdtemp(join(tmpdir(), "tracelet-tensorboard-"));
  const reader = await openEventReader();
  afterAll(async () => {
    reader.close();
    await rm(folder, { recursive: true });
  });

  testBackend({
    id: "tensorboard",
    create: async () => createBackend("tensorboard", {}, { tensorboardDir: join(folder, "{name}") }),
    see: async (remote) => seen(await reader.read(folderOf(remote))),
    keepsNoFiles: true,
    keepsFloats: true,
  });
});

function folderOf({ detail }: RemoteRun): string {
  return detail["folder"] ?? "";
}

function seen({ scalars, texts, status }: ReadFolder): SeenRun {
  return {
    status: String(status),
    params: rowsOf(texts["run/params"]),
    tags: rowsOf(texts["run/tags"]),
    metrics: Object.fromEntries(
      Object.entries(scalars).map(([tag, points]) => [
        tag,
        points.map(([step, timestamp, value]) => ({ value, step, timestamp })),
      ]),
    ),
    artifacts: [],
  };
}

/** The rows of the last table, without what Markdown needs. */
function rowsOf(tables: ReadFolder["texts"][string] = []): Record<string, string> {
  const [, text = ""] = tables.at(-1) ?? [];
  const rows = text.split("\n").slice(2);
  return Object.fromEntries(rows.map((row) => row.slice(2, -2).split(" | ").map(unescaped)));
}

function unescaped(text: string): string {
  return text
    .replaceAll("<br>", "\n")
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&")
    .replace(/\\(.)/g, "$1");
}
