import type { ConsoleLine, Dialect, Extracted } from "../model/extract.ts";
import type { StreamName } from "../model/run.ts";
import { createLineReader, type LineReader } from "./console-lines.ts";
import { dialects } from "./dialects/index.ts";
import { createNameBook } from "./name-book.ts";
import { messageOf } from "./log-prefix.ts";
import { createStepTracker, type Stepped, type StepTracker } from "./steps.ts";
import { visibleText } from "./terminal-text.ts";

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
      source.reader.push(chunk, timestamp, offset);
      return source.takeFound();
    },
    end() {
      const lines = Object.values(streams).flatMap((source) => {
        source.reader.end();
        return source.takeFound();
      });
      return lines.sort((one, other) => one.offset - other.offset);
    },
  };
}

interface StreamExtractor {
  readonly reader: LineReader;
  /** What was found since the last call, in the order of the log. */
  takeFound(): MetricLine[];
}

function createStreamExtractor(stream: StreamName): StreamExtractor {
  const tracker: StepTracker = createStepTracker(createNameBook());
  const readers = dialects.map((dialect) => bind(dialect));
  let found: MetricLine[] = [];

  function read(line: ConsoleLine): void {
    const message = { ...line, text: messageOf(line.text) };
    for (const extract of readers) {
      const entries = extract(message);
      if (entries !== undefined) {
        found.push(...groupBySteps(line, tracker.settle(entries)));
        return;
      }
    }
  }

  return {
    reader: createLineReader((bytes, start, end, timestamp, offset) => {
      const text = visibleText(bytes.subarray(start, end));
      if (text !== "") read({ text, stream, timestamp, offset });
    }),
    takeFound() {
      const lines = found;
      found = [];
      return lines;
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
