import { readFile, rename, writeFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import type { RunDirectory } from "./run-directory.ts";
import { isSystemError } from "./system-error.ts";

/** Another format is as good as none: it is only ever read by the next watcher of the same run. */
const FORMAT = 2;

/** How far the output was looked at for metrics. */
export interface OutputCursor {
  /** The first byte that was not looked at: the start of a segment. */
  readonly offset: number;
  /** What the extractor remembers there. */
  readonly memory: unknown;
}

/**
 * Keeps a cursor in the place of the one before, in one step.
 * @throws what the file system throws
 */
export async function writeOutputCursor(run: RunDirectory, cursor: OutputCursor): Promise<void> {
  const bytes = serialize({ format: FORMAT, ...cursor });
  const next = `${run.outputCursor}.new`;
  await writeFile(next, bytes, { mode: 0o600 });
  await rename(next, run.outputCursor);
}

/** The cursor of an earlier watcher; `undefined` where there is none, or none that can be used. */
export async function readOutputCursor(run: RunDirectory): Promise<OutputCursor | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(run.outputCursor);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
  return decoded(bytes);
}

function decoded(bytes: Buffer): OutputCursor | undefined {
  try {
    const cursor = deserialize(bytes) as Partial<OutputCursor & { format: number }>;
    const { format, offset, memory } = cursor;
    return format === FORMAT && typeof offset === "number" ? { offset, memory } : undefined;
  } catch {
    return undefined; // damaged: the log is gone through from its start
  }
}
