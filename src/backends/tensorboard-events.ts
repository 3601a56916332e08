import type { PbfWriter } from "pbf";

/**
 * The events of an event file as protocol buffers: the few fields of `Event`, `Summary` and `HParamsPluginData` that a run
 * needs. https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto and summary.proto;
 * plugins/hparams/plugin_data.proto
 */
type Write = (pbf: PbfWriter) => void;

/** When an event was, and where on TensorBoard's step axis. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly step: number;
}

/** A whole number by dropping the fraction (1.9 → 1, −1.9 → −1), within what a double counts exactly. */
export function wholeStep(step: number): number {
  const most = Number.MAX_SAFE_INTEGER;
  return Math.min(most, Math.max(-most, Math.trunc(step)));
}

/** The first event of every file. */
export function fileVersion(timestamp: number): Write {
  return (pbf) => {
    writeMoment(pbf, { timestamp, step: 0 });
    pbf.writeStringField(3, "brain.Event:2");
  };
}

/**
 * A number under a tag. As `simple_value`, which every reader of event files takes for a scalar; it has 32 bits.
 * @param tag in UTF-8
 */
export function writeScalar(pbf: PbfWriter, tag: Uint8Array, moment: Moment, value: number): void {
  writeMoment(pbf, moment);
  // By hand and not as nested messages: there are millions of these, and their lengths are known.
  const inner = 1 + sizeOfVarint(tag.length) + tag.length + 5;
  pbf.writeTag(5, 2);
  pbf.writeVarint(1 + sizeOfVarint(inner) + inner);
  pbf.writeTag(1, 2);
  pbf.writeVarint(inner);
  pbf.writeBytesField(1, tag);
  pbf.writeFloatField(2, value);
}

/** Markdown under a tag, for the text page. */
export function textEvent(tag: string, moment: Moment, markdown: string): Write {
  return summary(tag, moment, { plugin: "text" }, (pbf) => {
    pbf.writeVarintField(1, DT_STRING);
    writeInside(pbf, 2, (shape) => writeDimension(shape, 1));
    pbf.writeStringField(8, markdown);
  });
}

/** What the hparams page shows of a run. */
export function sessionStart(timestamp: number, hparams: Readonly<Record<string, string>>): Write {
  return hparamsEvent("_hparams_/session_start_info", timestamp, 3, (pbf) => {
    for (const [name, text] of Object.entries(hparams)) {
      // An entry of a map<string, google.protobuf.Value>.
      writeInside(pbf, 1, (entry) => {
        entry.writeStringField(1, name);
        writeInside(entry, 2, (value) => writeParam(value, text));
      });
    }
    pbf.writeDoubleField(5, timestamp / 1000);
  });
}

/** How the run ended, for the hparams page. */
export function sessionEnd(timestamp: number, succeeded: boolean): Write {
  return hparamsEvent("_hparams_/session_end_info", timestamp, 4, (pbf) => {
    pbf.writeVarintField(1, succeeded ? STATUS_SUCCESS : STATUS_FAILURE);
    pbf.writeDoubleField(2, timestamp / 1000);
  });
}

/** A word from one session of ours to the next: a `LogMessage`, which TensorBoard passes over. */
export function noteEvent(timestamp: number, note: string): Write {
  return (pbf) => {
    writeMoment(pbf, { timestamp, step: 0 });
    writeInside(pbf, NOTE, (message) => {
      message.writeVarintField(1, LEVEL_INFO);
      message.writeStringField(2, note);
    });
  };
}

/** The field of `Event` that a note is in. */
export const NOTE = 6;

const DT_FLOAT = 1;
const DT_STRING = 7;
const DATA_CLASS_TENSOR = 2;
const STATUS_SUCCESS = 1;
const STATUS_FAILURE = 2;
const LEVEL_INFO = 20;

function writeMoment(pbf: PbfWriter, { timestamp, step }: Moment): void {
  pbf.writeDoubleField(1, timestamp / 1000);
  if (step !== 0) pbf.writeVarintField(2, step);
}

/** The page reads `content` from the metadata; the tensor is an empty one. */
function hparamsEvent(tag: string, timestamp: number, field: number, write: Write): Write {
  const content: Write = (pbf) => writeInside(pbf, field, write);
  return summary(tag, { timestamp, step: 0 }, { plugin: "hparams", content }, (pbf) => {
    pbf.writeVarintField(1, DT_FLOAT);
    writeInside(pbf, 2, (shape) => writeDimension(shape, 0));
  });
}

interface Metadata {
  readonly plugin: string;
  readonly content?: Write;
}

function summary(tag: string, moment: Moment, { plugin, content }: Metadata, writeTensor: Write): Write {
  const writePlugin: Write = (pbf) => {
    pbf.writeStringField(1, plugin);
    if (content !== undefined) writeInside(pbf, 2, content);
  };
  const writeMetadata: Write = (pbf) => {
    writeInside(pbf, 1, writePlugin);
    pbf.writeVarintField(4, DATA_CLASS_TENSOR);
  };
  const writeValue: Write = (pbf) => {
    pbf.writeStringField(1, tag);
    writeInside(pbf, 8, writeTensor);
    writeInside(pbf, 9, writeMetadata);
  };
  return (pbf) => {
    writeMoment(pbf, moment);
    writeInside(pbf, 5, (values) => writeInside(values, 1, writeValue));
  };
}

function writeDimension(shape: PbfWriter, size: number): void {
  writeInside(shape, 2, (dimension) => dimension.writeVarintField(1, size));
}

/** A value of a param: a number or a truth value where the text is one, so that the page can sort and filter by it. */
function writeParam(pbf: PbfWriter, text: string): void {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))) {
    pbf.writeDoubleField(2, Number(text));
  } else if (/^(true|false)$/i.test(text)) pbf.writeBooleanField(4, text.toLowerCase() === "true");
  else pbf.writeStringField(3, text);
}

/** A message in a field of another. */
function writeInside(pbf: PbfWriter, field: number, write: Write): void {
  pbf.writeMessage(field, (_, inside) => write(inside), undefined);
}

function sizeOfVarint(value: number): number {
  return value < 0x80 ? 1 : 1 + sizeOfVarint(Math.floor(value / 0x80));
}
