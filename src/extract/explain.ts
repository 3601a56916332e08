import type { ExplainedLine, Extracted } from "../model/extract.ts";
import { createLineReader } from "./console-lines.ts";
import { createFoldedCells } from "./folded-cells.ts";
import { createFrames } from "./frames.ts";
import { type HeldRows, withRow } from "./held-rows.ts";
import { createMessageReader } from "./messages.ts";
import { createNameBook, type NameBook } from "./name-book.ts";
import { EVERYTHING, type Selection } from "./selection.ts";
import { BAR_COUNTER } from "./step-names.ts";
import { createOpenObjects } from "./open-objects.ts";
import { createStepTracker, type Stepped } from "./steps.ts";
import { searchableText } from "./terminal-text.ts";

/** Explains the lines of a log that can matter; others have neither a number nor the look of a header. */
export async function* explainLines(
  chunks: AsyncIterable<Uint8Array>,
  { rules, counts }: Selection = EVERYTHING,
): AsyncGenerator<ExplainedLine> {
  let explained: ExplainedLine[] = [];
  const messages = createMessageReader();
  const names = createNameBook();
  const tracker = createStepTracker(names);
  let block: HeldRows<undefined> | undefined;

  function wanted(points: readonly Stepped[]): readonly Stepped[] {
    return counts === undefined ? points : points.filter(({ key }) => counts(key));
  }

  function settleBlock(): readonly Stepped[] {
    const points = wanted(tracker.settle(block?.entries ?? []));
    block = undefined;
    return points;
  }

  function explain(text: string): ExplainedLine {
    const ruled = rules?.read(text);
    if (ruled !== undefined) {
      const held = settleBlock();
      const settled = tracker.settle(ruled.entries, true);
      const points = [...held, ...wanted(settled)];
      return { text, dialect: ruled.labels.join(", "), points, reason: reasonWithout(points, settled) };
    }
    const { entries } = messages.read(text);
    const taker = messages.takenBy();
    // The last dialect looks at every line that is left.
    const dialect = taker === "pairs" && entries.length === 0 ? undefined : taker;
    if (messages.isInBlock()) {
      const grown = withRow(block, entries, undefined);
      const ended = grown === undefined ? settleBlock() : [];
      block = grown ?? { entries, end: undefined };
      const reason = entries.length === 0 ? nothingIn(dialect) : "part of a block, which counts when it ends";
      return { text, dialect, points: ended, reason: ended.length > 0 ? undefined : reason };
    }
    const held = settleBlock();
    const settled = tracker.settle(entries);
    const points = wanted(settled);
    const reason = settled.length > 0 ? reasonWithout(points, settled) : reasonFor(entries, dialect, names);
    return { text, dialect, points: [...held, ...points], reason: held.length > 0 ? undefined : reason };
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
    yield* explained;
    explained = [];
  }
  frames.end();
  objects.flush();
  folded.flush();
  yield* explained;
  const held = settleBlock();
  if (held.length > 0) yield { text: "", dialect: "tables", points: held, reason: undefined };
}

/** Why there is no point although there were some before the settings had their say. */
function reasonWithout(points: readonly Stepped[], settled: readonly Stepped[]): string | undefined {
  if (points.length > 0) return undefined;
  return settled.length > 0 ? "left out by include or exclude" : "the same point again";
}

function nothingIn(dialect: string | undefined): string {
  if (dialect === "not-metrics") return "source code, an error or settings";
  if (dialect === "tables") return "a header, a rule or a row without metrics";
  return "no name with a number";
}

function reasonFor(entries: readonly Extracted[], dialect: string | undefined, names: NameBook): string {
  if (entries.length === 0) return nothingIn(dialect);
  const numbers = entries.filter(({ key }) => key !== BAR_COUNTER && names.rankOf(key) === 0);
  if (numbers.length === 0) return "only a position, for the lines below";
  const known = numbers.filter(({ key }) => names.kindOf(key) !== "noise");
  if (known.length === 0) return "only times, sizes and counts";
  return "no known metric and no step beside it, or the same point again";
}
