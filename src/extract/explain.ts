import type { ExplainedLine, Extracted } from "../model/extract.ts";
import { createLineReader } from "./lines/console-lines.ts";
import { createFoldedCells } from "./lines/folded-cells.ts";
import { createFrames } from "./lines/frames.ts";
import { firstRow, type HeldRows, type RowEnd, withRow } from "./tables/held-rows.ts";
import { createMessageReader } from "./messages.ts";
import { createNameBook, type NameBook } from "./names/name-book.ts";
import { EVERYTHING, type Selection } from "./rules/selection.ts";
import { BAR_COUNTER } from "./names/step-names.ts";
import { createOpenObjects } from "./objects/open-objects.ts";
import { createStepTracker, type Stepped } from "./steps.ts";
import { searchableText } from "./lines/terminal-text.ts";

/** Here a row is told by its text. */
const NOWHERE: RowEnd = { offset: 0 };

const MOST_HELD = 20_000;

/** Explains the lines of a log that can matter; others have neither a number nor the look of a header. */
export async function* explainLines(
  chunks: AsyncIterable<Uint8Array>,
  { rules, counts }: Selection = EVERYTHING,
): AsyncGenerator<ExplainedLine> {
  const explained: ExplainedLine[] = [];
  const messages = createMessageReader();
  const names = createNameBook();
  const tracker = createStepTracker(names);
  let block: HeldRows<RowEnd> | undefined;
  /** The lines of the block, by their index, and what they say. */
  const rows: { at: number; readonly entries: readonly Extracted[] }[] = [];

  function wanted(points: readonly Stepped[]): readonly Stepped[] {
    return counts === undefined ? points : points.filter(({ key }) => counts(key));
  }

  /** The step of a block may stand in any row of it: what came of each is known when it ends. */
  function endBlock(): void {
    const settled = tracker.settle(block?.entries ?? []);
    const left = new Map(settled.map((point) => [point.key, point]));
    for (const { at, entries } of rows) {
      const line = explained[at] as ExplainedLine;
      const own = entries.flatMap(({ key }) => left.get(key) ?? []);
      for (const { key } of own) left.delete(key);
      explained[at] = { ...line, ...outcome(own, entries, line.dialect) };
    }
    rows.length = 0;
    block = undefined;
  }

  /** The lines but those of the block, unless these are too many to wait for its end. */
  function takeReady(): readonly ExplainedLine[] {
    if (explained.length > MOST_HELD) rows.length = 0;
    const ready = explained.splice(0, rows[0]?.at ?? explained.length);
    for (const row of rows) row.at -= ready.length;
    return ready;
  }

  function outcome(
    settled: readonly Stepped[],
    entries: readonly Extracted[],
    dialect: string | undefined,
  ): Pick<ExplainedLine, "points" | "reason"> {
    const points = wanted(settled);
    const reason = settled.length > 0 ? reasonWithout(points, settled) : reasonFor(entries, dialect, names);
    return { points, reason };
  }

  function explain(text: string): ExplainedLine {
    const ruled = rules?.read(text);
    if (ruled !== undefined) {
      endBlock();
      const settled = tracker.settle(ruled.entries, true);
      const points = wanted(settled);
      return { text, dialect: ruled.labels.join(", "), points, reason: reasonWithout(points, settled) };
    }
    const { entries } = messages.read(text);
    const taker = messages.takenBy();
    // The last dialect looks at every line that is left.
    const dialect = taker === "pairs" && entries.length === 0 ? undefined : taker;
    if (messages.isInBlock()) {
      const grown = withRow(block, entries, NOWHERE);
      if (grown === undefined) endBlock();
      block = grown ?? firstRow(entries, NOWHERE);
      rows.push({ at: explained.length, entries });
      return { text, dialect, points: [], reason: "part of a block, which counts when it ends" };
    }
    endBlock();
    return { text, dialect, ...outcome(tracker.settle(entries), entries, dialect) };
  }

  function push(text: string): void {
    if (text !== "") explained.push(explain(text));
  }

  const folded = createFoldedCells((bytes, start, end) => push(searchableText(bytes.subarray(start, end))));
  const objects = createOpenObjects((text) => {
    // The look of it changes what is remembered only where it takes the text.
    const before = messages.memory();
    messages.read(text);
    const isObject = messages.isObject();
    messages.setMemory(before);
    if (isObject) push(text);
    return isObject;
  }, folded.put);
  const reader = createLineReader((bytes, start, end) => {
    const isRuled = rules !== undefined && rules.read(searchableText(bytes.subarray(start, end))) !== undefined;
    if (isRuled) {
      objects.flush();
      folded.flush();
    }
    if (isRuled) push(searchableText(bytes.subarray(start, end)));
    else if (!objects.take(bytes, start, end, 0, 0)) folded.put(bytes, start, end, 0, 0);
  });
  const frames = createFrames(reader, () => undefined);
  for await (const chunk of chunks) {
    frames.push(chunk, 0, 0);
    yield* takeReady();
  }
  frames.end();
  objects.flush();
  folded.flush();
  endBlock();
  yield* explained;
}

/** Why there is no point although there were some before the settings had their say. */
function reasonWithout(points: readonly Stepped[], settled: readonly Stepped[]): string | undefined {
  if (points.length > 0) return undefined;
  return settled.length > 0 ? "left out by include or exclude" : "the same point again";
}

function nothingIn(dialect: string | undefined): string {
  if (dialect === "not-metrics") return "source code, an error or settings";
  if (dialect === "json-object" || dialect === "python-dict") return "an object without numbers, or of settings";
  if (dialect === "tables") return "a header, a rule or a row without metrics";
  return "no name with a number";
}

function reasonFor(entries: readonly Extracted[], dialect: string | undefined, names: NameBook): string {
  if (entries.length === 0) return nothingIn(dialect);
  const numbers = entries.filter(({ key }) => key !== BAR_COUNTER && names.rankOf(key) === 0);
  if (numbers.length === 0) return "only a position";
  const known = numbers.filter(({ key }) => names.kindOf(key) !== "noise");
  if (known.length === 0) return "only times, sizes and counts";
  return "no known metric and no step beside it, or the same point again";
}
