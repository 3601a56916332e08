import crc32 from "crc-32";

/** `:W&B`, the magic number 0xBEE1 and version 0. */
export const LOG_HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00]);

const BLOCK_BYTES = 32 * 1024;
/** Checksum, length and type. */
const CHUNK_HEADER_BYTES = 7;

const FULL = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;

/** What the checksum is of a chunk's type alone, by type. */
const TYPE_CHECKSUMS = [0, FULL, FIRST, MIDDLE, LAST].map((type) => crc32.buf([type]));

/**
 * Cuts records into the chunks of a `.wandb` file. Each chunk has the CRC-32 of its type and its bytes (that of zlib, not
 * LevelDB's), its length and its type; none crosses a border of 32 KiB, counted from the start of the file. What is too
 * small for a chunk at the end of a block is filled with zeros. https://github.com/google/leveldb/blob/main/doc/log_format.md
 */
export class LogChunks {
  #bytes = Buffer.allocUnsafe(BLOCK_BYTES);
  #length = 0;
  readonly #start: number;

  /** @param position the length of the file so far */
  constructor(position: number) {
    this.#start = position;
  }

  /** The length of the file with everything that was added. */
  get position(): number {
    return this.#start + this.#length;
  }

  /** What was added, as it goes behind the file. Lent until the next record is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add(record: Uint8Array): void {
    for (let at = 0, isFirst = true; isFirst || at < record.length; isFirst = false) {
      const room = this.#room();
      const end = Math.min(record.length, at + room);
      const isLast = end === record.length;
      this.#chunk(isFirst ? (isLast ? FULL : FIRST) : isLast ? LAST : MIDDLE, record.subarray(at, end));
      at = end;
    }
  }

  /** Bytes that the next chunk may have, in this block or, where this one is full, in the next. */
  #room(): number {
    const left = BLOCK_BYTES - (this.position % BLOCK_BYTES);
    if (left >= CHUNK_HEADER_BYTES) return left - CHUNK_HEADER_BYTES;
    this.#grow(left);
    this.#bytes.fill(0, this.#length, this.#length + left);
    this.#length += left;
    return BLOCK_BYTES - CHUNK_HEADER_BYTES;
  }

  #chunk(type: number, bytes: Uint8Array): void {
    this.#grow(CHUNK_HEADER_BYTES + bytes.length);
    const at = this.#length;
    this.#bytes.writeInt32LE(crc32.buf(bytes, TYPE_CHECKSUMS[type]), at);
    this.#bytes.writeUInt16LE(bytes.length, at + 4);
    this.#bytes[at + 6] = type;
    this.#bytes.set(bytes, at + CHUNK_HEADER_BYTES);
    this.#length = at + CHUNK_HEADER_BYTES + bytes.length;
  }

  #grow(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
