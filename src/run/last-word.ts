import { appendFileSync, closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { RunDirectory } from "../journal/run-directory.ts";
import type { JournalRecord } from "../model/record.ts";
import type { RunEnd } from "../model/run.ts";

/**
 * Writes how the run ended when no watcher is left to do it. The wrapper is then the journal's only writer. Errors are
 * swallowed: the child's exit status must come through even when the disk is gone.
 */
export function recordEnd(directory: RunDirectory, end: RunEnd): void {
  const record: JournalRecord = { type: "end", ...end };
  try {
    appendFileSync(directory.journal, `${endsTorn(directory.journal) ? "\n" : ""}${JSON.stringify(record)}\n`);
  } catch {
    // The run will be seen as crashed, which is the next best truth.
  }
}

function endsTorn(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(file, last, 0, 1, size - 1);
    return size > 0 && last[0] !== 0x0a;
  } finally {
    closeSync(file);
  }
}
