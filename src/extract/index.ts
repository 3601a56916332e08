import type { ConsoleLine, Dialect, Extracted } from "../model/extract.ts";
import type { StreamName } from "../model/run.ts";
import { createLineReader, type LineReader } from "./console-lines.ts";
import { dialects } from "./dialects/index.ts";
import { messageOf } from "./log-prefix.ts";
import { createNameBook } from "./name-book.ts";
import { createStepTracker, type Stepped, type StepTracker } from "./steps.ts";

/** The metrics of one console line that share a step. */
export interface MetricLine {
  /** Milliseconds since the epoch at which the line's last byte was read. */
  readonly timestamp: number;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly stream: StreamName;
  /** Offset in the output log just behind the line's last byte. */
  readonly offset: number;
}

/** Finds the metrics in what a child prints. The same bytes give the same metric lines, however they were cut into chunks. */
export interface Extractor {
  /** `offset` is the position of the chunk's first byte in the output log. */
  push(stream: StreamName, chunk: Uint8Array, timestamp: number, offset: number): MetricLine[];
  /** The child's output has ended: what is still in the line buffers. */
  end(): MetricLine[];
}

/** An extractor at the beginning of a run's output. It holds at most two lines of each stream and one entry per key. */
export function createExtractor(): Extractor {
  const streams: Readonly<Record<StreamName, StreamExtractor>> = {
    stdout: createStreamExtractor("stdout"),
    stderr: createStreamExtractor("stderr"),
  };
  return {
    push(stream, chunk, timestamp, offset) {
      const source = streams[stream];
      return source.reader.push(chunk, timestamp, offset).flatMap((line) => source.read(line));
    },
    end() {
      const lines = Object.values(streams).flatMap((source) =>
        source.reader.end().flatMap((line) => source.read(line)),
      );
      return lines.sort((one, other) => one.offset - other.offset);
    },
  };
}

interface StreamExtractor {
  readonly reader: LineReader;
  read(line: ConsoleLine): MetricLine[];
}

function createStreamExtractor(stream: StreamName): StreamExtractor {
  const tracker: StepTracker = createStepTracker(createNameBook());
  const readers = dialects.map((dialect) => bind(dialect));
  return {
    reader: createLineReader(stream),
    read(line) {
      const message = { ...line, text: messageOf(line.text) };
      for (const extract of readers) {
        const entries = extract(message);
        if (entries !== undefined) return groupBySteps(line, tracker.settle(entries));
      }
      return [];
    },
  };
}

/** A dialect with the state it keeps between the lines of one stream. */
function bind(dialect: Dialect): (line: ConsoleLine) => readonly Extracted[] | undefined {
  const state = dialect.createState();
  return (line) => dialect.extract(line, state);
}

function groupBySteps({ timestamp, stream, offset }: ConsoleLine, points: readonly Stepped[]): MetricLine[] {
  const groups = new Map<number, [string, number][]>();
  for (const { key, value, step } of points) {
    const group = groups.get(step) ?? [];
    group.push([key, value]);
    groups.set(step, group);
  }
  return [...groups].map(([step, entries]) => ({
    timestamp,
    step,
    metrics: Object.fromEntries(entries),
    stream,
    offset,
  }));
}
