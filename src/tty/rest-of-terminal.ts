import { readSync } from "node:fs";

/** More than the system keeps of a terminal's output. */
const MOST_BYTES = 1024 * 1024;

/**
 * What there is still to read at the master's end of a terminal that nobody has open any more. Node (libuv) takes such a
 * terminal for ended as soon as one read has filled less than its whole buffer, which a terminal never does: the last
 * kilobytes would be lost. To be asked when the stream says `end`, while the descriptor is still open.
 */
export function restOfTerminal(master: number): Buffer {
  const pieces: Buffer[] = [];
  try {
    for (let length = 0; length < MOST_BYTES;) {
      const piece = Buffer.alloc(64 * 1024);
      const read = readSync(master, piece);
      if (read === 0) break;
      pieces.push(piece.subarray(0, read));
      length += read;
    }
  } catch {
    // EIO: that was all. EAGAIN: somebody has it open again.
  }
  return Buffer.concat(pieces);
}
