import { open } from "node:fs/promises";
import type { JournalRecord } from "../model/record.ts";
import type { Damage } from "../model/view.ts";
import { decodeLine } from "./decode.ts";
import { LONGEST_LINE_BYTES, refuseNewer, unreadable } from "./reader.ts";

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/**
 * Every record of a journal, as `readJournal` gives them from its start, but handed over chunk by chunk: a generator's word
 * for each record costs about as much as reading it. Memory is one chunk, or the longest line.
 * @throws UserError as `readJournal` does
 */
export async function scanJournal(
  path: string,
  onRecord: (record: JournalRecord) => void,
  onDamage: (damage: Damage) => void,
): Promise<void> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw unreadable(error, path);
  });
  try {
    const scanner = new Scanner(path, onRecord, onDamage);
    const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let position = 0; ;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, position).catch((error: unknown) => {
        throw unreadable(error, path);
      });
      if (bytesRead === 0) return;
      scanner.add(chunk.subarray(0, bytesRead));
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

class Scanner {
  readonly #path: string;
  readonly #onRecord: (record: JournalRecord) => void;
  readonly #onDamage: (damage: Damage) => void;
  /** What follows the last newline. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** Offset in the file of the first byte of the rest. */
  #start = 0;

  constructor(path: string, onRecord: (record: JournalRecord) => void, onDamage: (damage: Damage) => void) {
    this.#path = path;
    this.#onRecord = onRecord;
    this.#onDamage = onDamage;
  }

  add(chunk: Buffer): void {
    let from = 0;
    if (this.#restBytes > 0) {
      const end = chunk.indexOf(NEWLINE);
      if (end === -1) return this.#keep(chunk);
      this.#keep(chunk.subarray(0, end + 1));
      const isTooLong = this.#restBytes - 1 > LONGEST_LINE_BYTES;
      if (isTooLong) this.#onDamage({ offset: this.#start, bytes: this.#restBytes, reason: "the line is too long" });
      else this.#lines(Buffer.concat(this.#rest), this.#start);
      this.#start += this.#restBytes;
      this.#rest = [];
      this.#restBytes = 0;
      from = end + 1;
    }
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > from) this.#lines(chunk.subarray(from, end), this.#start);
    this.#start += Math.max(0, end - from);
    this.#keep(chunk.subarray(Math.max(end, from)));
  }

  #keep(bytes: Buffer): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes - 1 > LONGEST_LINE_BYTES) this.#rest = [];
    else if (bytes.length > 0) this.#rest.push(Buffer.from(bytes));
  }

  /** Whole lines, the last one with its newline. */
  #lines(bytes: Buffer, start: number): void {
    const lines = bytes.toString("utf8", 0, bytes.length - 1).split("\n");
    for (const [number, line] of lines.entries()) {
      // An empty line is what a writer leaves that continues after a complete last line.
      if (line === "") continue;
      const decoded = decodeLine(line);
      if ("record" in decoded) {
        refuseNewer(decoded.record, this.#path);
        this.#onRecord(decoded.record);
      } else if ("damage" in decoded) {
        this.#onDamage({ ...placeOf(bytes, number, start), reason: decoded.damage });
      }
    }
  }
}

/** Where a line is: looked for only when it is asked, since text that is no UTF-8 does not tell how long it was. */
function placeOf(bytes: Buffer, line: number, start: number): { offset: number; bytes: number } {
  let from = 0;
  for (let passed = 0; passed < line; passed += 1) from = bytes.indexOf(NEWLINE, from) + 1;
  return { offset: start + from, bytes: bytes.indexOf(NEWLINE, from) + 1 - from };
}
