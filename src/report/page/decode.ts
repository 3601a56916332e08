import type { PageData, SeriesLayout } from "../page-data.ts";

/** A series as the charts use it. */
export interface Series {
  /** Seconds since the start of the run. */
  readonly times: Float64Array;
  readonly steps: Float64Array | undefined;
  readonly mean: Float32Array;
  /** The same as the means where every point stands for itself. */
  readonly min: Float32Array;
  readonly max: Float32Array;
  readonly odd: SeriesLayout["odd"];
}

/** The data that the page carries; see `pack.ts` for its form. */
export async function readPageData(text: string): Promise<{ data: PageData; series: readonly Series[] }> {
  const bytes = await inflated(Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0)));
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const data = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as PageData;
  const reader = new ColumnReader(bytes, 4 + length);
  return { data, series: data.series.map((layout) => seriesOf(layout, reader)) };
}

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function seriesOf(layout: SeriesLayout, reader: ColumnReader): Series {
  const { length, hasSteps, hasExtremes, odd } = layout;
  const times = summed(new Uint32Array(reader.column(length, 4)));
  for (let index = 0; index < length; index += 1) times[index]! /= 1000;
  const steps = hasSteps ? summed(new Float64Array(reader.column(length, 8))) : undefined;
  const mean = new Float32Array(reader.column(length, 4));
  const min = hasExtremes ? new Float32Array(reader.column(length, 4)) : mean;
  const max = hasExtremes ? new Float32Array(reader.column(length, 4)) : mean;
  return { times, steps, mean, min, max, odd };
}

function summed(differences: Uint32Array | Float64Array): Float64Array {
  const result = new Float64Array(differences.length);
  let sum = 0;
  for (const [index, difference] of differences.entries()) result[index] = sum += difference;
  return result;
}

/** Takes one column after the other, and puts the bytes of each number together again. */
class ColumnReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  column(length: number, width: number): ArrayBuffer {
    const result = new Uint8Array(length * width);
    for (let plane = 0; plane < width; plane += 1) {
      for (let index = 0; index < length; index += 1) result[index * width + plane] = this.#bytes[this.#at++]!;
    }
    return result.buffer;
  }
}
