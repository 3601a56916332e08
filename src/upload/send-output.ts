import { OUTPUT_START, type OutputPlace, readOutputPieces } from "../journal/output-pieces.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import type { OutputText } from "../model/backend.ts";
import { outputText, type Unfinished } from "./output-text.ts";

/** Bytes of output that one write carries, about. */
const MOST_BYTES = 256 * 1024;

/** How far the output of a run was sent. */
export interface OutputCursor extends OutputPlace {
  readonly unfinished: Unfinished;
}

/** Some output, and the cursor behind it. */
export interface OutputBatch {
  readonly output: readonly OutputText[];
  readonly cursor: OutputCursor;
}

/** What there is of a run's output behind a cursor, in parts. */
export async function* outputBatches(run: RunDirectory, from: OutputCursor | undefined): AsyncGenerator<OutputBatch> {
  let { unfinished, ...place }: OutputCursor = from ?? { ...OUTPUT_START, unfinished: {} };
  for (;;) {
    const read = await readOutputPieces(run, place, MOST_BYTES);
    if (read === undefined) return;
    const { output, unfinished: left } = outputText(read.pieces, unfinished);
    place = read.place;
    unfinished = left;
    yield { output, cursor: { ...place, unfinished } };
  }
}
