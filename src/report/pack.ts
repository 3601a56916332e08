import { deflateRawSync } from "node:zlib";
import type { Bucket } from "./buckets.ts";
import type { PageData, SeriesLayout } from "./page-data.ts";

/** A series on its way into the page. */
export interface PackedSeries {
  readonly layout: SeriesLayout;
  readonly columns: readonly Uint8Array[];
}

/** The largest finite number of four bytes. */
const LARGEST = 2 ** 128 - 2 ** 104;

const NAMES_OF_ODD = (value: number): "nan" | "inf" | "-inf" =>
  Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";

/** Turns a series into columns of bytes. */
export function packSeries(
  buckets: Iterable<Bucket>,
  odd: readonly { readonly time: number; readonly step: number; readonly value: number }[],
  hasSteps: boolean,
): PackedSeries {
  const all = [...buckets];
  const hasExtremes = all.some(({ min, max }) => min !== max);
  const columns = [planes(Uint32Array.from(differences(all.map(({ time }) => Math.round(time)))))];
  if (hasSteps) columns.push(planes(Float64Array.from(differences(all.map(({ step }) => step)))));
  columns.push(planes(Float32Array.from(all, ({ mean }) => inRange(mean))));
  if (hasExtremes) {
    columns.push(
      planes(Float32Array.from(all, ({ min }) => inRange(min))),
      planes(Float32Array.from(all, ({ max }) => inRange(max))),
    );
  }
  const oddPoints = odd.map(({ time, step, value }) => [Math.round(time), step, NAMES_OF_ODD(value)] as const);
  return { layout: { length: all.length, hasSteps, hasExtremes, odd: oddPoints }, columns };
}

/**
 * The page's data as text that can stand in markup: base64 of a raw deflate stream, in which there are the bytes of the
 * layout as JSON, their number (four bytes, little-endian) being first, and then the columns.
 */
export function packPage(data: PageData, series: readonly PackedSeries[]): string {
  const head = Buffer.from(JSON.stringify(data));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return deflateRawSync(Buffer.concat([length, head, ...series.flatMap(({ columns }) => columns)])).toString("base64");
}

/** What four bytes have no room for would become infinite, and an axis to there shows nothing. */
function inRange(value: number): number {
  return Math.min(LARGEST, Math.max(-LARGEST, value));
}

/** The first, and then from each to the next. */
function differences(values: readonly number[]): number[] {
  return values.map((value, index) => value - (values[index - 1] ?? 0));
}

/** The first bytes of all numbers, then the second ones …: bytes that are alike stand together, and pack better. */
function planes(numbers: Uint32Array | Float32Array | Float64Array): Uint8Array {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const width = numbers.BYTES_PER_ELEMENT;
  const result = new Uint8Array(bytes.length);
  for (let index = 0; index < numbers.length; index += 1) {
    for (let plane = 0; plane < width; plane += 1)
      result[plane * numbers.length + index] = bytes[index * width + plane]!;
  }
  return result;
}
