import type { JournalRecord } from "../model/record.ts";
import { encodeRecord } from "./encode.ts";
import { LineBlock } from "./line-block.ts";

/** What goes first when there is no room: samples are many and alike, what the training printed is worth more. */
const DROPPED_IN_ORDER = [
  ["sample"],
  ["metrics"],
  ["alert", "unavailable", "gap", "machine", "watcher", "interval"],
] as const;

/** After a drop the queue is this full, so that not every record that follows drops one. */
const FULL_AFTER_DROP = 3 / 4;

/**
 * Lines that wait to be written, oldest first. Bounded: beyond `most` the oldest samples are dropped, and what is taken
 * next is a gap record that says how many bytes of what.
 */
export class JournalQueue {
  readonly #most: number;
  readonly #now: () => number;
  #waiting = new LineBlock();
  /** What was taken, while it is written; else empty. */
  #taken = new LineBlock();
  readonly #dropped = new Map<string, { records: number; bytes: number }>();

  /**
   * @param most how much may wait, in bytes
   * @param now milliseconds since the epoch, for the gap records
   */
  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  /** How much waits and is not taken, in bytes. */
  get size(): number {
    return this.#waiting.size;
  }

  push(record: JournalRecord): void {
    this.#waiting.append(record.type, encodeRecord(record));
    if (this.size > this.#most) this.#makeRoom();
  }

  /** Takes lines, to be written before the next call; nothing when none waits. */
  take(): Buffer {
    this.#taken.clear();
    if (this.#dropped.size > 0) this.#putGaps(this.#taken);
    else [this.#waiting, this.#taken] = [this.#taken, this.#waiting];
    return this.#taken.bytes;
  }

  /**
   * Drops all but records of these types. A record that is half on the disk comes again, whole.
   * @param written how many bytes of what was taken last are on the disk
   */
  giveUpAllBut(types: readonly JournalRecord["type"][], written: number): void {
    const isKept = (type: JournalRecord["type"], bytes: number) => {
      if (types.includes(type)) return true;
      this.#countDropped(type, bytes);
      return false;
    };
    this.#taken.keep(isKept, written);
    this.#waiting.keep(isKept);
    this.#waiting.prepend(this.#taken);
    this.#taken.clear();
  }

  #makeRoom(): void {
    const goal = this.#most * FULL_AFTER_DROP;
    for (const types of DROPPED_IN_ORDER) {
      let left = this.size;
      this.#waiting.keep((type, bytes) => {
        if (left <= goal || !types.some((one) => one === type)) return true;
        left -= bytes;
        this.#countDropped(type, bytes);
        return false;
      });
    }
  }

  #countDropped(type: string, bytes: number): void {
    const sum = this.#dropped.get(type) ?? { records: 0, bytes: 0 };
    this.#dropped.set(type, { records: sum.records + 1, bytes: sum.bytes + bytes });
  }

  #putGaps(block: LineBlock): void {
    for (const [type, { records, bytes }] of this.#dropped) {
      const reason = "the journal could not be written for a while, and too much was waiting";
      const what = `${records} ${type} records`;
      block.append("gap", encodeRecord({ type: "gap", timestamp: this.#now(), what, reason, bytes }));
    }
    this.#dropped.clear();
  }
}
