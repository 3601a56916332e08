import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { RunDirectory } from "./run-directory.ts";
import { isSystemError } from "./system-error.ts";

/** A segment of the output log that is on disk. */
export interface FoundSegment {
  /** The byte of the output that it begins with. */
  readonly start: number;
  /** The byte of the output behind its last one. */
  readonly end: number;
  /** Bytes on disk, its index included. */
  readonly size: number;
}

/** Where the segments begin that are on disk, in order; none where there is no folder. */
export async function segmentStarts(run: RunDirectory): Promise<number[]> {
  const starts = (await namesIn(run)).map(startOf).filter((start) => start !== undefined);
  return starts.sort((one, other) => one - other);
}

/** The segments on disk, in order. Between the `end` of one and the `start` of the next nothing was kept. */
export async function findSegments(run: RunDirectory): Promise<FoundSegment[]> {
  const starts = await segmentStarts(run);
  return Promise.all(
    starts.map(async (start, index) => {
      const { log, index: indexFile } = run.outputSegment(start);
      const [bytes, indexBytes] = await Promise.all([sizeOf(log), sizeOf(indexFile)]);
      // A killed writer may have left more than the next one has counted.
      const end = Math.min(start + bytes, starts[index + 1] ?? Number.POSITIVE_INFINITY);
      return { start, end, size: bytes + indexBytes };
    }),
  );
}

/** The files a person has to read one behind the other for the whole log: the segments, and a note where some were removed. */
export async function outputFiles(run: RunDirectory): Promise<string[]> {
  const names = (await namesIn(run)).filter((name) => startOf(name) !== undefined || DROPPED.test(name));
  const paths = names
    .sort((one, other) => offsetIn(one) - offsetIn(other) || (one < other ? -1 : 1))
    .map((name) => join(run.root, name));
  const areFiles = await Promise.all(paths.map(isFile));
  return paths.filter((_, index) => areFiles[index]);
}

const SEGMENT = /^output-(\d{15,16})\.log$/;
const DROPPED = /^output-\d{15,16}-dropped\.txt$/;

function startOf(name: string): number | undefined {
  if (name === "output.log") return 0;
  const parts = SEGMENT.exec(name);
  return parts === null ? undefined : Number(parts[1]);
}

/** The number in a name; 0 without one. */
function offsetIn(name: string): number {
  return Number(/\d+/.exec(name)?.[0] ?? 0);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function namesIn(run: RunDirectory): Promise<string[]> {
  try {
    const entries = await readdir(run.root, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  }
}

/** 0 for a file that is not there (yet, or any more). */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return 0;
    throw error;
  }
}
