import type { JournalRecord } from "../model/record.ts";
import { encodeRecord } from "./encode.ts";

interface Waiting {
  readonly type: JournalRecord["type"];
  readonly line: string;
}

/** What goes first when there is no room: samples are many and alike, what the training printed is worth more. */
const DROPPED_IN_ORDER = [["sample"], ["metrics"], ["alert", "unavailable", "gap", "machine", "watcher"]] as const;

/** After a drop the queue is this full, so that not every record that follows drops one. */
const FULL_AFTER_DROP = 3 / 4;

/**
 * Lines that wait to be written, oldest first. Bounded: beyond `most` the oldest samples are dropped, and the next batch
 * begins with a gap record that says how many bytes of what.
 */
export class JournalQueue {
  readonly #most: number;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #size = 0;
  readonly #dropped = new Map<string, { records: number; bytes: number }>();

  /**
   * @param most how much may wait, in UTF-16 code units
   * @param now milliseconds since the epoch, for the gap records
   */
  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  /** How much waits, in UTF-16 code units. */
  get size(): number {
    return this.#size;
  }

  push(record: JournalRecord): void {
    const line = encodeRecord(record);
    this.#waiting.push({ type: record.type, line });
    this.#size += line.length;
    if (this.#size > this.#most) this.#makeRoom();
  }

  /** Takes lines up to about `most` code units; the empty string when none waits. */
  take(most: number): string {
    let text = this.#takeGaps();
    let count = 0;
    for (const { line } of this.#waiting) {
      if (text.length >= most) break;
      text += line;
      this.#size -= line.length;
      count += 1;
    }
    this.#waiting.splice(0, count);
    return text;
  }

  /**
   * Drops what waits but for records of these types.
   * @param unwritten lines that were taken and could not be written
   */
  giveUpAllBut(types: readonly JournalRecord["type"][], unwritten: string): void {
    const records = unwritten.split("\n").length - 1;
    if (records > 0) this.#dropped.set("unwritten", { records, bytes: unwritten.length });
    this.#waiting = this.#waiting.filter((waiting) => {
      if (types.includes(waiting.type)) return true;
      this.#countDropped(waiting);
      return false;
    });
  }

  #makeRoom(): void {
    const goal = this.#most * FULL_AFTER_DROP;
    for (const types of DROPPED_IN_ORDER) {
      if (this.#size <= goal) return;
      this.#waiting = this.#waiting.filter((waiting) => {
        if (this.#size <= goal || !types.some((type) => type === waiting.type)) return true;
        this.#countDropped(waiting);
        return false;
      });
    }
  }

  #countDropped({ type, line }: Waiting): void {
    this.#size -= line.length;
    const sum = this.#dropped.get(type) ?? { records: 0, bytes: 0 };
    this.#dropped.set(type, { records: sum.records + 1, bytes: sum.bytes + line.length });
  }

  #takeGaps(): string {
    const lines = Array.from(this.#dropped, ([type, { records, bytes }]) =>
      encodeRecord({
        type: "gap",
        timestamp: this.#now(),
        what: `${records} ${type} records`,
        reason: "the journal could not be written for a while, and too much was waiting",
        bytes,
      }),
    );
    this.#dropped.clear();
    return lines.join("");
  }
}
