import type { Extracted } from "../model/extract.ts";
import { createEmptyTest, HIDDEN } from "./quick/gives-nothing.ts";
import { entriesBy, planOf } from "./quick/line-plan.ts";
import { createMessageReader } from "./messages.ts";
import type { NameBook } from "./names/name-book.ts";
import { createOutline, drawOutline } from "./quick/outline.ts";
import { createPlainPairReader, type PlainPairs } from "./quick/plain-pairs.ts";
import { createPlanBook } from "./quick/plan-book.ts";
import { NOTHING } from "./reading.ts";
import type { LineNames } from "./relevance.ts";
import { stepsOf } from "./quick/same-shape.ts";
import { searchableText } from "./lines/terminal-text.ts";
import { createVisibleBytes } from "./lines/visible-bytes.ts";

const NEWLINE = 0x0a;

/**
 * The entries of the lines of one stream: what the dialects find in them, asked only of lines that no look, no plan and no
 * reader of plain lines can answer for. These change no answer, only its cost.
 */
export interface LineEntries {
  read(bytes: Uint8Array, start: number, end: number): readonly Extracted[];
  /** What the names of the line say that was read last, where that is known. */
  names(): LineNames | undefined;
  /** Those of an object over several lines, as one text; `undefined` where no dialect for objects takes it. */
  readObject(text: string): readonly Extracted[] | undefined;
  /** As `EmptyTest`, behind the lines that were read; -1 also where these have something to say. */
  emptyEnd(bytes: Uint8Array, start: number, end: number): number;
  /** Whether the last line belongs to a block whose step may still come. */
  isInBlock(): boolean;
  /** Lines are missing: what the last ones said of those below them is over. */
  skip(): void;
  /** What the dialects remember, as plain data, for another that goes on. */
  kept(): readonly unknown[];
  recall(kept: readonly unknown[]): void;
}

export function createLineEntries(book: NameBook): LineEntries {
  const messages = createMessageReader(book);
  const plans = createPlanBook();
  const plainPairs = createPlainPairReader(book);
  const outline = createOutline();
  const isEmptyTo = createEmptyTest();
  const visible = createVisibleBytes();
  /** Where the last line begins that was found to be worth a look, in which bytes, and whether it hides some of them. */
  const looked: { in: Uint8Array | undefined; at: number; hides: boolean } = { in: undefined, at: 0, hides: false };
  /** What the dialects remember of the lines before; asking them on every line would be a good part of its cost. */
  let memory = 0;
  let names: LineNames | undefined;

  function read(bytes: Uint8Array, start: number, end: number): readonly Extracted[] {
    names = undefined;
    if (memory === 0) {
      const expected = plans.expected(outline, bytes, start, end);
      if (expected !== undefined) {
        names = expected.names;
        return entriesBy(expected.entries, bytes, start, outline);
      }
      const isLooked = start === looked.at && bytes === looked.in;
      if (!isLooked && emptyEnd(bytes, start, end) !== -1) return NOTHING.entries;
    }
    const isDrawn = plans.isWorthIt() && drawOutline(outline, bytes, start, end);
    const planned = isDrawn ? plans.find(outline, memory) : undefined;
    if (planned?.plan !== undefined) {
      const { plan } = planned;
      if (planned.memoryAfter !== memory) setMemory(planned.memoryAfter);
      if (plan.entries.length === 0) return NOTHING.entries;
      names = plan.names;
      return entriesBy(plan.entries, bytes, start, outline);
    }
    const plain = memory === 0 ? readPlain(bytes, start, end) : undefined;
    if (plain !== undefined && !(isDrawn && plans.isRepeated(outline, 0))) {
      names = plain.names;
      return plain.entries;
    }
    const text = searchableText(bytes, start, end);
    if (text === "") return [];
    const reading = (memory === 0 ? undefined : messages.readRow(text)) ?? messages.read(text);
    const before = memory;
    memory = messages.memory();
    if (isDrawn && plans.isRepeated(outline, before)) {
      const plan = planOf(reading, bytes, start, end, outline, book, memory !== 0 && messages.isInBlock());
      if (plan !== undefined) {
        const elastic = isElastic(text, before);
        const mayBeExpected = elastic && plan.entries.length > 0 && before === 0 && memory === 0;
        const steps = mayBeExpected ? stepsOf(outline, bytes, start, end) : undefined;
        plans.add(outline, before, memory, plan, elastic, steps);
      }
    }
    return reading.entries;
  }

  /** As `EmptyTest`, of what a terminal shows. */
  function emptyEnd(bytes: Uint8Array, start: number, end: number): number {
    const found = isEmptyTo(bytes, start, end);
    if (found >= 0) return found;
    looked.in = bytes;
    looked.at = start;
    looked.hides = found === HIDDEN;
    if (!looked.hides) return -1;
    const stop = lineEnd(bytes, start, end);
    const shown = visible.write(bytes, start, stop);
    return shown !== -1 && isEmptyTo(visible.bytes, 0, shown) >= 0 ? stop : -1;
  }

  function readPlain(bytes: Uint8Array, start: number, end: number): PlainPairs | undefined {
    const shown = looked.hides ? visible.write(bytes, start, end) : -1;
    return shown === -1 ? plainPairs(bytes, start, end) : plainPairs(visible.bytes, 0, shown);
  }

  function setMemory(number: number): void {
    memory = number;
    messages.setMemory(number);
  }

  /** Whether the plan for a line that was just read goes for elastic numbers of any length. */
  function isElastic(text: string, before: number): boolean {
    if (outline.runs === 0) return true;
    return before === 0 && memory === 0 && !outline.hasColour && messages.isElastic(text);
  }

  return {
    read,
    names: () => names,
    readObject(text) {
      const { entries } = messages.read(text);
      const isObject = messages.isObject();
      memory = messages.memory();
      return isObject ? entries : undefined;
    },
    emptyEnd: (bytes, start, end) => (memory === 0 ? emptyEnd(bytes, start, end) : -1),
    isInBlock: () => memory !== 0 && messages.isInBlock(),
    skip: () => setMemory(0),
    kept: () => messages.kept(),
    recall(kept) {
      messages.recall(kept);
      memory = messages.memory();
    },
  };
}

function lineEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (bytes[at] === NEWLINE) return at;
  return end;
}
