import type { JournalRecord } from "../model/record.ts";

const FIRST_BYTES = 16 * 1024;

/** Memory beyond this is given back when the lines are gone. */
const KEPT_BYTES = 1024 * 1024;

/** Most bytes that UTF-8 has for one UTF-16 code unit. */
const MOST_PER_UNIT = 3;

type RecordType = JournalRecord["type"];

/**
 * Lines in one piece of memory, as they go to the disk. A line is never an object of its own here: hundreds of thousands
 * wait a moment in a run that prints much, and would pass for something that stays.
 */
export class LineBlock {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #types: RecordType[] = [];
  /** Where each line ends. */
  #ends: number[] = [];

  /** In bytes. */
  get size(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** All of it; valid until the block is changed. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.size);
  }

  /** @param line with its newline */
  append(type: RecordType, line: string): void {
    const { size } = this;
    this.#makeRoom(size + line.length * MOST_PER_UNIT);
    this.#types.push(type);
    this.#ends.push(size + this.#buffer.write(line, size));
  }

  /**
   * Keeps the lines that `isKept` wants, which is asked about each in order. Those that end before the byte `from` go unasked.
   */
  keep(isKept: (type: RecordType, bytes: number) => boolean, from = 0): void {
    const types = this.#types;
    const ends = this.#ends;
    this.#types = [];
    this.#ends = [];
    let start = 0;
    types.forEach((type, index) => {
      const end = ends[index] ?? start;
      if (end > from && isKept(type, end - start)) this.#moveUp(type, start, end);
      start = end;
    });
  }

  /** Puts the lines of another block before its own. */
  prepend(other: LineBlock): void {
    const { size } = this;
    const more = other.size;
    this.#makeRoom(size + more);
    this.#buffer.copyWithin(more, 0, size);
    other.bytes.copy(this.#buffer);
    this.#types = [...other.#types, ...this.#types];
    this.#ends = [...other.#ends, ...this.#ends.map((end) => end + more)];
  }

  clear(): void {
    this.#types = [];
    this.#ends = [];
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  #moveUp(type: RecordType, start: number, end: number): void {
    const to = this.size;
    this.#buffer.copyWithin(to, start, end);
    this.#types.push(type);
    this.#ends.push(to + end - start);
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.#buffer.length));
    this.bytes.copy(larger);
    this.#buffer = larger;
  }
}
