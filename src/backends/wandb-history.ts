import type { PbfWriter } from "pbf";
import type { WandbRecord } from "./wandb-records.ts";
import { type HistoryRow, seriesName, STEP_SERIES } from "./wandb-rows.ts";

/** Names that are remembered. */
const MOST_NAMES = 10_000;

/**
 * `HistoryItem`: the key as a path of one part, since in a plain key dots might be taken for a path; and the value in JSON.
 * The numbers of the fields are those of `wandb_internal.proto` in wandb/wandb.
 */
const ITEM = 1;
const NESTED_KEY = 2;
const VALUE_JSON = 16;

/** Tag and wire type of `VALUE_JSON`, as a varint. */
const VALUE_TAG = [0x82, 0x01] as const;

/** The names of series as they are written, made once for each. */
export class SeriesNames {
  readonly #known = new Map<string, Uint8Array>();

  /** The field of an item that says which series it is of. */
  of(key: string): Uint8Array {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = Buffer.from(seriesName(key), "utf8");
    const field = Buffer.concat([Buffer.from([(NESTED_KEY << 3) | 2]), varint(name.length), name]);
    if (this.#known.size < MOST_NAMES) this.#known.set(key, field);
    return field;
  }
}

/**
 * A row of the history.
 * @param started when the run was, in milliseconds since the epoch
 */
export function historyRecord(row: HistoryRow, started: number, names: SeriesNames): WandbRecord {
  return (writer) => writer.writeMessage(2, writeRow, { row, started, names });
}

interface Task {
  readonly row: HistoryRow;
  readonly started: number;
  readonly names: SeriesNames;
}

function writeRow({ row, started, names }: Task, writer: PbfWriter): void {
  for (const { metrics } of row.parts) {
    for (const key in metrics) writePoint(writer, names.of(key), metrics[key] ?? Number.NaN);
  }
  if (row.printed !== undefined) writer.writeMessage(ITEM, writeValue, [STEP_SERIES, row.printed]);
  writer.writeMessage(ITEM, writeValue, ["_timestamp", row.timestamp / 1000]);
  writer.writeMessage(ITEM, writeValue, ["_runtime", (row.timestamp - started) / 1000]);
  writer.writeMessage(ITEM, writeValue, ["_step", row.step]);
  writer.writeMessage(2, writeStep, row.step);
}

/** By hand and not as a nested message: by far the most of what is written are these, and their lengths are known. */
function writePoint(writer: PbfWriter, name: Uint8Array, value: number): void {
  const json = String(value);
  const length = name.length + VALUE_TAG.length + 1 + json.length;
  writer.writeTag(ITEM, 2);
  writer.writeVarint(length);
  writer.realloc(length);
  const { buf } = writer;
  buf.set(name, writer.pos);
  let at = writer.pos + name.length;
  buf[at++] = VALUE_TAG[0];
  buf[at++] = VALUE_TAG[1];
  // A number is far shorter than what needs a second byte here.
  buf[at++] = json.length;
  for (let index = 0; index < json.length; index += 1) buf[at++] = json.charCodeAt(index);
  writer.pos = at;
}

function writeValue([key, value]: readonly [key: string, value: number], writer: PbfWriter): void {
  writer.writeStringField(NESTED_KEY, key);
  writer.writeStringField(VALUE_JSON, String(value));
}

function writeStep(step: number, writer: PbfWriter): void {
  writer.writeVarintField(1, Math.trunc(step));
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 0x80)) {
    if (left < 0x80) return Uint8Array.from([...bytes, left]);
    bytes.push((left % 0x80) | 0x80);
  }
}
