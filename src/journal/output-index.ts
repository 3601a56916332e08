import type { StreamName } from "../model/run.ts";

/** One piece of the output log, as a line of `output.index` has it. */
export interface OutputPiece {
  readonly stream: StreamName;
  /** Milliseconds since the epoch at which it was read from the child. */
  readonly timestamp: number;
  readonly bytes: number;
}

const STREAM_NUMBER: Readonly<Record<StreamName, 1 | 2>> = { stdout: 1, stderr: 2 };

/**
 * A piece as its line of `output.index`, newline included:
 *   `1795378963599 2 117`    at this millisecond, from stderr (1 is stdout), 117 bytes
 */
export function indexLine(piece: OutputPiece): string {
  return `${piece.timestamp} ${STREAM_NUMBER[piece.stream]} ${piece.bytes}\n`;
}

/** The piece a line without its newline stands for; `undefined` for anything that is no index line. */
export function parseIndexLine(line: string): OutputPiece | undefined {
  const parts = /^(\d{1,15}) ([12]) (\d{1,15})$/.exec(line);
  if (parts === null) return undefined;
  return { timestamp: Number(parts[1]), stream: parts[2] === "2" ? "stderr" : "stdout", bytes: Number(parts[3]) };
}
