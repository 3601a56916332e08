import type { StreamName } from "../model/run.ts";
import { readLines } from "./lines.ts";

/** One piece of the output log. */
export interface IndexedChunk {
  readonly stream: StreamName;
  /** Milliseconds since the epoch at which it was read from the child. */
  readonly timestamp: number;
  /** Where it begins in the output log. */
  readonly offset: number;
  readonly bytes: number;
}

/** Longer lines are no index lines. */
const LONGEST_LINE_BYTES = 256;

/**
 * One line of `output.index`, without its newline:
 *   `1795378963599 2 117`    at this millisecond, from stderr (1 is stdout), 117 bytes
 * `undefined` for anything else.
 */
export function parseIndexLine(line: string): Omit<IndexedChunk, "offset"> | undefined {
  const parts = /^(\d{1,15}) ([12]) (\d{1,15})$/.exec(line);
  if (parts === null) return undefined;
  return { timestamp: Number(parts[1]), stream: parts[2] === "2" ? "stderr" : "stdout", bytes: Number(parts[3]) };
}

/**
 * The chunks of an index with their place in the log. A line that is no index line is passed over: how many bytes it
 * stood for is not known, and what follows is then attributed to the wrong pieces, but no byte is lost or given twice.
 * A last line without newline is left out. Throws what the file system throws.
 */
export async function* readIndex(path: string): AsyncGenerator<IndexedChunk> {
  let offset = 0;
  for await (const { bytes } of readLines(path, 0, LONGEST_LINE_BYTES)) {
    const chunk = bytes === undefined ? undefined : parseIndexLine(bytes.toString("latin1"));
    if (chunk === undefined) continue;
    yield { ...chunk, offset };
    offset += chunk.bytes;
  }
}
