import { open } from "node:fs/promises";
import { findSegments } from "../journal/output-segments.ts";
import type { RunDirectory } from "../journal/run-directory.ts";

/** What is looked at of the end of the output. */
const TAIL_BYTES = 64 * 1024;
const MOST_LINES = 400;
// eslint-disable-next-line no-control-regex -- these are what is to be removed
const ESCAPES = /\u001b(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)?|[@-_])/g;

/** The last lines that the command has printed, as people saw them; none where the log cannot be read. */
export async function lastOutput(run: RunDirectory): Promise<string[]> {
  try {
    const segments = await findSegments(run);
    const last = segments.at(-1);
    if (last === undefined) return [];
    return linesOf(await tailOf(run.outputSegment(last.start).log));
  } catch {
    return []; // a log that cannot be read is no evidence of anything
  }
}

/** Lines without escape codes, and of each the last state of what was drawn over it. */
export function linesOf(text: string): string[] {
  const lines = text.replaceAll(ESCAPES, "").split("\n");
  const seen = lines.map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "");
  return seen.filter((line) => line.trim() !== "").slice(-MOST_LINES);
}

async function tailOf(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
