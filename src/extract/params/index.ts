import type { StreamName } from "../../model/run.ts";
import { searchableText } from "../lines/terminal-text.ts";
import { createDumpReader, type Dump, type DumpReader } from "./dump-reader.ts";

/** Finds the settings that a command prints before its first metric. */
export interface ParamFinder {
  push(stream: StreamName, chunk: Uint8Array, offset: number): void;
  /** The first metric is on the line that ends at this offset: what was printed before it are params. */
  metricAt(offset: number): void;
  /** Nothing more is to be looked for. */
  end(): void;
  /** The params that were found, once. */
  take(): Readonly<Record<string, string>> | undefined;
}

/**
 * Bytes of the output in which settings are looked for. Less than the smallest segment of the output log, so that nothing
 * of this has to be remembered by a watcher that takes over.
 */
const LOOKED_AT = 96 * 1024;

/** Of so many lines at most: shorter ones than these are no settings. */
const MOST_LINES = 4000;

/** A longer line has no settings for people. */
const LONGEST_LINE = 32 * 1024;

const MOST_PARAMS = 200;
const LONGEST_VALUE = 500;
const NEWLINE = 0x0a;

export function createParamFinder(): ParamFinder {
  const streams: Readonly<Record<StreamName, LineSource>> = { stdout: lineSource(), stderr: lineSource() };
  let isOver = false;
  let found: Record<string, string> | undefined;

  function settle(isWanted: (dump: Dump) => boolean): void {
    if (isOver) return;
    isOver = true;
    const dumps = Object.values(streams).flatMap(({ reader }) => {
      reader.end();
      return reader.dumps;
    });
    const params = dumps
      .filter(isWanted)
      .sort((one, other) => one.from - other.from)
      .flatMap((dump) => dump.params);
    if (params.length > 0) found = firstOfEach(params);
  }

  return {
    push(stream, chunk, offset) {
      if (isOver) return;
      const room = LOOKED_AT - offset;
      const source = streams[stream];
      if (room > 0) pushLines(source, chunk.subarray(0, room), offset);
      if (offset + chunk.length >= LOOKED_AT || source.lines >= MOST_LINES) settle(() => true);
    },
    metricAt(offset) {
      settle(({ to }) => to < offset);
    },
    end() {
      settle(() => true);
    },
    take() {
      const taken = found;
      found = undefined;
      return taken;
    },
  };
}

interface LineSource {
  readonly reader: DumpReader;
  held: Uint8Array;
  /** How many lines were read. */
  lines: number;
  /** Offset of the first byte that is held. */
  from: number;
}

function lineSource(): LineSource {
  return { reader: createDumpReader(), held: NOTHING_HELD, lines: 0, from: 0 };
}

function pushLines(source: LineSource, chunk: Uint8Array, offset: number): void {
  let from = 0;
  for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
    if (source.lines >= MOST_LINES) return;
    source.lines += 1;
    const start = source.held.length === 0 ? offset + from : source.from;
    const line = joined(source.held, chunk.subarray(from, at));
    if (line.length <= LONGEST_LINE) source.reader.read(lastDrawn(line), start, offset + at + 1);
    source.held = NOTHING_HELD;
    from = at + 1;
  }
  if (source.held.length === 0) source.from = offset + from;
  if (from < chunk.length) source.held = Buffer.concat([source.held, chunk.subarray(from)]);
}

const NOTHING_HELD = Buffer.alloc(0);

/** Both in one, without a copy where there is only the second: nearly always. */
function joined(held: Uint8Array, bytes: Uint8Array): Uint8Array {
  return held.length === 0 ? bytes : Buffer.concat([held, bytes]);
}

/** The line as a terminal shows it. */
function lastDrawn(line: Uint8Array): string {
  const end = line.at(-1) === 0x0d ? line.length - 1 : line.length;
  const start = end === 0 ? 0 : line.lastIndexOf(0x0d, end - 1) + 1;
  return searchableText(line, start, end);
}

function printed(value: string): string {
  return value.replace(/\s*\n\s*/g, " ").slice(0, LONGEST_VALUE);
}

/** A name that comes again is what was printed first: a param never changes. */
function firstOfEach(params: readonly (readonly [name: string, value: string])[]): Record<string, string> {
  const first = new Map<string, string>();
  for (const [name, value] of params) {
    if (first.size < MOST_PARAMS && !first.has(name)) first.set(name, printed(value));
  }
  return Object.fromEntries(first);
}
