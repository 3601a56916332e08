import type { Extracted } from "../model/extract.ts";
import type { StreamName } from "../model/run.ts";
import { createLineReader, type LineMemory } from "./lines/console-lines.ts";
import { createFoldedCells } from "./lines/folded-cells.ts";
import { createFrameRows, type FrameRowsMemory } from "./lines/frame-rows.ts";
import { createFrames, type FramePlace, type Frames, type FramesMemory } from "./lines/frames.ts";
import { firstRow, type HeldRows, withRow } from "./tables/held-rows.ts";
import { createLineEntries } from "./line-entries.ts";
import { addLines, addRowEnds, type MetricLine } from "./metric-lines.ts";
import { createNameBook } from "./names/name-book.ts";
import { createOpenObjects, type HeldLine } from "./objects/open-objects.ts";
import { createParamFinder } from "./params/index.ts";
import type { LineNames } from "./relevance.ts";
import { EVERYTHING, type Selection } from "./rules/selection.ts";
import { type Counted, createStepTracker, type StepMemory, type Stepped } from "./steps.ts";
import { searchableText } from "./lines/terminal-text.ts";

export type { Counted, MetricLine };

/** Finds the metrics in what a child prints. The same bytes give the same metric lines, however they were cut into chunks. */
export interface Extractor {
  /** `offset` is the position of the chunk's first byte in the output log. */
  push(stream: StreamName, chunk: Uint8Array, timestamp: number, offset: number): MetricLine[];
  /** The child's output has ended: what is still in the line buffers. */
  end(): MetricLine[];
  /** The settings that were printed before the first metric, once they are known. Every call gives what is new. */
  params(): Readonly<Record<string, string>> | undefined;
  /**
   * Bytes are missing before the next chunk. The lines at both edges are left out, and nothing that the lines before have
   * said holds any more, but for the counts: no key is counted from below `counted`.
   */
  skip(counted: Counted): void;
  /** How many points were left out because the log has more names of metrics than any training. */
  leftOut(): number;
  /** What is remembered between two chunks, to be copied at once: it changes with the next call. */
  memory(): ExtractorMemory;
  /** Goes on as the extractor did that had this memory. */
  recall(memory: ExtractorMemory): void;
}

/** An extractor between two chunks; plain data with maps, sets and bytes in it. */
export type ExtractorMemory = Readonly<Record<StreamName, StreamMemory>>;

interface StreamMemory {
  readonly lines: LineMemory;
  readonly frames: FramesMemory;
  readonly rows: FrameRowsMemory;
  readonly last: LineEnd;
  readonly steps: StepMemory;
  /** What the dialects remember. */
  readonly messages: readonly unknown[];
  readonly block: Block | undefined;
  /** The lines of an object that is not whole yet. */
  readonly object?: readonly HeldLine[];
  /** A line whose last name has no number yet. */
  readonly folded?: HeldLine | undefined;
}

/** An extractor at the beginning of a run's output. It holds at most two lines of each stream and one entry per key. */
export function createExtractor(selection: Selection = EVERYTHING): Extractor {
  const streams: Readonly<Record<StreamName, StreamExtractor>> = {
    stdout: createStreamExtractor("stdout", selection),
    stderr: createStreamExtractor("stderr", selection),
  };
  const params = createParamFinder();

  return {
    push(stream, chunk, timestamp, offset) {
      if (!selection.isOn) return [];
      const source = streams[stream];
      source.frames.push(chunk, timestamp, offset);
      const lines = source.takeFound();
      const metricAt = firstOffset(lines);
      // What comes behind the first metric is not looked at.
      params.push(stream, metricAt === undefined ? chunk : chunk.subarray(0, Math.max(0, metricAt - offset)), offset);
      if (metricAt !== undefined) params.metricAt(metricAt);
      return lines;
    },
    end() {
      const lines = Object.values(streams).flatMap((source) => {
        source.frames.end();
        source.endAll();
        return source.takeFound();
      });
      const metricAt = firstOffset(lines);
      if (metricAt !== undefined) params.metricAt(metricAt);
      params.end();
      return lines.sort((one, other) => one.offset - other.offset);
    },
    params: () => params.take(),
    skip(counted) {
      params.end();
      for (const source of Object.values(streams)) source.skip(counted);
    },
    leftOut: () => streams.stdout.leftOut() + streams.stderr.leftOut(),
    memory: () => ({ stdout: streams.stdout.memory(), stderr: streams.stderr.memory() }),
    recall(memory) {
      streams.stdout.recall(memory.stdout);
      streams.stderr.recall(memory.stderr);
    },
  };
}

/** Behind which byte the first of these lines ends. */
function firstOffset(lines: readonly MetricLine[]): number | undefined {
  let first: number | undefined;
  for (const { offset } of lines) first = first === undefined ? offset : Math.min(first, offset);
  return first;
}

/** Where a line ends; `place` is the row of the display that it is in. */
interface LineEnd extends Pick<MetricLine, "timestamp" | "offset"> {
  readonly place: FramePlace | undefined;
}

type Block = HeldRows<LineEnd>;

/** With more keys than this they hardly come together again. */
const MANY_KEYS = 1000;

interface StreamExtractor {
  readonly frames: Frames;
  /** No more rows come. */
  endAll(): void;
  /** What was found since the last call, in the order of the log. */
  takeFound(): MetricLine[];
  skip(counted: Counted): void;
  leftOut(): number;
  memory(): StreamMemory;
  recall(memory: StreamMemory): void;
}

function createStreamExtractor(stream: StreamName, { rules, counts }: Selection): StreamExtractor {
  const names = createNameBook();
  const tracker = createStepTracker(names);
  const lines = createLineEntries(names);
  const rows = createFrameRows(names);
  /** The last line of a display. */
  let last: LineEnd = { timestamp: 0, offset: 0, place: undefined };
  let found: MetricLine[] = [];
  /** The rows of the block that the last line belongs to. */
  let block: Block | undefined;

  /** An object over several lines, as one text. */
  function readObject(text: string, timestamp: number, offset: number): boolean {
    const entries = lines.readObject(text);
    if (entries === undefined) return false;
    endBlock();
    settle(entries, { timestamp, offset, place: undefined });
    return true;
  }

  /** Settles a block as one line, since its step may stand in any row of it. */
  function endBlock(): void {
    if (block === undefined) return;
    const before = found.length;
    settle(block.entries, block.end);
    addRowEnds(found, before, block);
    block = undefined;
  }

  /** Of a display that is drawn again and again, only what is not drawn over counts. */
  function settle(entries: readonly Extracted[], end: LineEnd, known?: LineNames): void {
    if (end.place === undefined) addPoints(entries, end, false, known);
    else for (const done of rows.put(end.place, entries)) addPoints(done, end);
  }

  function addPoints(
    entries: readonly Extracted[],
    { timestamp, offset }: Pick<LineEnd, "timestamp" | "offset">,
    trusted = false,
    known?: LineNames,
  ): void {
    const before = tracker.keyCount();
    const points = wanted(tracker.settle(entries, trusted, known));
    const keys = tracker.keyCount();
    addLines(found, points, { timestamp, offset, stream }, keys === before && keys <= MANY_KEYS);
  }

  function flushLines(): void {
    objects.flush();
    folded.flush();
  }

  function endAll(): void {
    flushLines();
    endBlock();
    for (const done of rows.flush()) addPoints(done, last);
  }

  function wanted(points: readonly Stepped[]): readonly Stepped[] {
    return counts === undefined ? points : points.filter(({ key }) => counts(key));
  }

  /** Whether a rule of the user's own has taken the line. */
  function isRuled(bytes: Uint8Array, end: Pick<MetricLine, "timestamp" | "offset">): boolean {
    const ruled = rules?.mayRead(bytes) === true ? rules.read(searchableText(bytes)) : undefined;
    if (ruled === undefined) return false;
    flushLines();
    endBlock();
    addPoints(ruled.entries, end, true);
    return true;
  }

  function emptyLineEnd(bytes: Uint8Array, start: number, end: number): number {
    if (rules !== undefined || frames.place !== undefined || objects.isOpen() || folded.isOpen()) return -1;
    return lines.emptyEnd(bytes, start, end);
  }

  function readLine(bytes: Uint8Array, start: number, end: number, timestamp: number, offset: number): void {
    const { place } = frames;
    const entries = lines.read(bytes, start, end);
    if (lines.isInBlock()) {
      const grown = withRow(block, entries, { timestamp, offset, place });
      if (grown === undefined) endBlock();
      block = grown ?? firstRow(entries, { timestamp, offset, place });
      return;
    }
    endBlock();
    if (entries.length > 0 || place !== undefined) settle(entries, { timestamp, offset, place }, lines.names());
  }

  const folded = createFoldedCells(readLine);
  const objects = createOpenObjects(readObject, folded.put);
  const reader = createLineReader((bytes, start, end, timestamp, offset) => {
    const { place } = frames;
    if (place !== undefined) last = { timestamp, offset, place };
    if (rules !== undefined && isRuled(bytes.subarray(start, end), { timestamp, offset })) return;
    if (place !== undefined) objects.flush();
    else if (objects.take(bytes, start, end, timestamp, offset)) return;
    folded.put(bytes, start, end, timestamp, offset);
  }, emptyLineEnd);
  const frames = createFrames(reader, endAll);
  return {
    frames,
    endAll,
    takeFound() {
      const lines = found;
      found = [];
      return lines;
    },
    skip(counted) {
      endAll();
      frames.skip();
      block = undefined;
      lines.skip();
      tracker.skip(counted);
    },
    leftOut: () => tracker.leftOut(),
    memory: () => ({
      lines: reader.memory(),
      frames: frames.memory(),
      rows: rows.memory(),
      last,
      steps: tracker.memory(),
      messages: lines.kept(),
      block: block && { entries: [...block.entries], rowEnds: [...block.rowEnds], end: block.end },
      object: [...objects.memory()],
      folded: folded.memory(),
    }),
    recall(kept) {
      reader.recall(kept.lines);
      frames.recall(kept.frames);
      rows.recall(kept.rows);
      tracker.recall(kept.steps);
      lines.recall(kept.messages);
      objects.recall(kept.object ?? []);
      folded.recall(kept.folded);
      ({ block, last } = kept);
    },
  };
}
