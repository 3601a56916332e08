import { type FileHandle, open } from "node:fs/promises";
import { firstRecord, type RecordBuffer } from "./tensorboard-records.ts";

const CHUNK = 1024 * 1024;

/** What is remembered of the end of a file, in bytes; the last batch is remembered whatever its size. */
const MOST_RECENT = 4 * 1024 * 1024;

/**
 * An event file that is being written, by one call at a time. TensorBoard may read it at any time, so what is a whole record stays as it is; a
 * record that was cut by a crash is removed, since everything behind it would be lost on readers.
 */
export class EventFile {
  readonly #path: string;
  #length: number;
  /** The last records, framed; in each part whole ones. */
  #recent: readonly Uint8Array[];
  #isClean = true;

  private constructor(path: string, { length, recent }: Intact) {
    this.#path = path;
    this.#length = length;
    this.#recent = [recent];
  }

  /**
   * Opens a file that is there. `undefined`: there is damage in its middle, and no reader gets beyond that.
   * @param onRecord called with each record in it
   * @throws what the file system throws
   */
  static async open(path: string, onRecord: (data: Uint8Array) => void): Promise<EventFile | undefined> {
    const intact = await repair(path, onRecord);
    return intact && new EventFile(path, intact);
  }

  /** Bytes of whole records. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends records, except those that are at the end of the file already: what an earlier attempt has written and nobody
   * came to know. Two equal records there are one point of one curve.
   * @param firsts by number, the records one of which is there if any is
   * @throws what the file system throws; what was written stays, whole
   */
  async append(records: RecordBuffer, firsts: readonly number[]): Promise<void> {
    const file = await open(this.#path, "r+");
    try {
      const { size } = await file.stat();
      if (!this.#isClean || size !== this.#length) await this.#lookAgain();
      const bytes = this.#newOnes(records, firsts);
      if (bytes.length === 0) return;
      this.#isClean = false;
      await writeAll(file, bytes, this.#length);
      this.#length += bytes.length;
      this.#recent = lastOf([...this.#recent, bytes]);
      this.#isClean = true;
    } finally {
      await file.close();
    }
  }

  #newOnes(records: RecordBuffer, firsts: readonly number[]): Uint8Array {
    const wanted = firsts.map((index) => asBuffer(records.record(index)));
    const recent = this.#recent.map(asBuffer);
    if (!wanted.some((record) => recent.some((part) => part.includes(record)))) return records.bytes();
    const there = new Set(recent.flatMap((part) => [...framesIn(part)].map(asKey)));
    const missing: Uint8Array[] = [];
    for (let index = 0; index < records.count; index += 1) {
      const record = records.record(index);
      if (!there.has(asKey(record))) missing.push(record);
    }
    return Buffer.concat(missing);
  }

  /** A write has failed, or the file is not as it was left. */
  async #lookAgain(): Promise<void> {
    const intact = await repair(this.#path, () => {});
    if (intact === undefined) throw new Error(`${this.#path} is damaged`);
    this.#length = intact.length;
    this.#recent = [intact.recent];
    this.#isClean = true;
  }
}

interface Intact {
  readonly length: number;
  readonly recent: Uint8Array;
}

/** Reads a file through and cuts off what is no whole record at its end. */
async function repair(path: string, onRecord: (data: Uint8Array) => void): Promise<Intact | undefined> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    let length = 0;
    let recentFrom: number | undefined;
    let waiting: Uint8Array = new Uint8Array(0);
    let needed = 0;
    for (;;) {
      const chunk = await readSome(file, length + waiting.length, Math.max(CHUNK, needed - waiting.length), size);
      if (chunk.length === 0) break;
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
      for (;;) {
        const first = firstRecord(waiting);
        if (first.kind === "damaged") return undefined;
        if (first.kind === "cut") {
          needed = first.needed;
          break;
        }
        if (length >= size - MOST_RECENT) recentFrom ??= length;
        onRecord(first.data);
        length += first.size;
        waiting = waiting.subarray(first.size);
      }
      if (length + needed > size) break;
    }
    if (length < size) await file.truncate(length);
    const from = recentFrom ?? length;
    return { length, recent: await readSome(file, from, length - from, length) };
  } finally {
    await file.close();
  }
}

/** The last parts, as many as it takes for what is to be remembered. */
function lastOf(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  let bytes = 0;
  const first = parts.findLastIndex((part) => (bytes += part.length) >= MOST_RECENT);
  return parts.slice(Math.max(0, first));
}

/** Fewer bytes than wanted only at `end`. */
async function readSome(file: FileHandle, position: number, most: number, end: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(most, end - position)));
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function* framesIn(bytes: Uint8Array): Generator<Uint8Array> {
  for (let rest = bytes; ;) {
    const first = firstRecord(rest);
    if (first.kind !== "whole") return;
    yield rest.subarray(0, first.size);
    rest = rest.subarray(first.size);
  }
}

function asKey(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("latin1");
}

/** The same bytes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
