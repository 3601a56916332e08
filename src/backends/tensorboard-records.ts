import { buf as crc32c } from "crc-32/crc32c.js";
import { PbfWriter } from "pbf";

/**
 * How an event file holds its records: TFRecord framing.
 *
 *   uint64 length | uint32 masked CRC-32C of these 8 bytes | data | uint32 masked CRC-32C of the data
 *
 * All numbers are little-endian. https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
const HEADER = 12;
const FOOTER = 4;

/** Records on their way to a file. */
export class RecordBuffer {
  readonly #pbf: PbfWriter;
  readonly #ends: number[] = [];
  /** The check sums of lengths, of which there are few. */
  readonly #lengthCrcs = new Map<number, number>();

  /** @param size bytes that it is made for; it grows where there are more */
  constructor(size = 4096) {
    this.#pbf = new PbfWriter(new Uint8Array(size));
  }

  /** How many records there are. */
  get count(): number {
    return this.#ends.length;
  }

  /** Adds a record. `write` writes its fields. */
  add(write: (pbf: PbfWriter) => void): void {
    write(this.begin());
    this.end();
  }

  /** The same without a function, for millions of them: its fields are written between this and `end`. */
  begin(): PbfWriter {
    const pbf = this.#pbf;
    pbf.realloc(HEADER);
    pbf.pos += HEADER;
    return pbf;
  }

  end(): void {
    const pbf = this.#pbf;
    const start = this.#ends.at(-1) ?? 0;
    pbf.realloc(FOOTER);
    const end = pbf.pos;
    const length = end - start - HEADER;
    pbf.dataView.setUint32(start, length, true);
    pbf.dataView.setUint32(start + 4, 0, true);
    let lengthCrc = this.#lengthCrcs.get(length);
    if (lengthCrc === undefined) {
      lengthCrc = maskedCrc(pbf.buf.subarray(start, start + 8));
      this.#lengthCrcs.set(length, lengthCrc);
    }
    pbf.dataView.setUint32(start + 8, lengthCrc, true);
    pbf.dataView.setUint32(end, maskedCrc(pbf.buf.subarray(start + HEADER, end)), true);
    pbf.pos = end + FOOTER;
    this.#ends.push(pbf.pos);
  }

  /** All records, framed; valid until the next is added. */
  bytes(): Uint8Array {
    return this.#pbf.buf.subarray(0, this.#pbf.pos);
  }

  /** One record, framed; valid until the next is added. */
  record(index: number): Uint8Array {
    return this.#pbf.buf.subarray(index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]);
  }
}

/** What the beginning of some bytes is: a whole record of `size` bytes, the beginning of one, or neither. */
export type FirstRecord =
  | { readonly kind: "whole"; readonly data: Uint8Array; readonly size: number }
  | { readonly kind: "cut"; /** Bytes that it takes to know more. */ readonly needed: number }
  | { readonly kind: "damaged" };

export function firstRecord(bytes: Uint8Array): FirstRecord {
  if (bytes.length < HEADER) return { kind: "cut", needed: HEADER };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(8, true) !== maskedCrc(bytes.subarray(0, 8))) return { kind: "damaged" };
  const length = Number(view.getBigUint64(0, true));
  const size = HEADER + length + FOOTER;
  if (bytes.length < size) return { kind: "cut", needed: size };
  const data = bytes.subarray(HEADER, HEADER + length);
  if (view.getUint32(size - FOOTER, true) !== maskedCrc(data)) return { kind: "damaged" };
  return { kind: "whole", data, size };
}

/** CRCs of data that holds CRCs are weak, so the format turns and shifts them. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
