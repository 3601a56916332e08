import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { encodeRecord } from "../journal/encode.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import type { RunEnd } from "../model/run.ts";
import type { OutputGap } from "../model/watcher-protocol.ts";

/** The end of the journal that is looked at: only a few small records follow the one of the run's end. */
const TAIL_BYTES = 64 * 1024;

/**
 * Writes how the run ended when no watcher is left to do it; the wrapper is then the journal's only writer. Does nothing
 * where the last watcher has come that far. Errors are swallowed: the child's exit status must come through even when
 * the disk is gone, and the run is then seen as crashed, which is the next best truth.
 */
export function recordEnd(directory: RunDirectory, end: RunEnd, gaps: readonly OutputGap[]): void {
  let file: number | undefined;
  try {
    file = openSync(directory.journal, "r+");
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, tail, 0, tail.length, size - tail.length);
    if (tail.includes('{"type":"end"')) return;
    const lines = [
      ...gaps.map((gap) => encodeRecord({ type: "gap", timestamp: end.ended, what: "output", ...gap })),
      encodeRecord({ type: "end", ...end }),
    ];
    const isTorn = tail.length > 0 && tail.at(-1) !== 0x0a;
    writeSync(file, `${isTorn ? "\n" : ""}${lines.join("")}`, size);
  } catch {
    // See above.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
