import type { Extracted } from "../model/extract.ts";
import { lineBehindBar } from "./bars.ts";
import { dialects } from "./dialects/index.ts";
import { jsonObject } from "./dialects/json-object.ts";
import { complaintBehind, notMetrics } from "./dialects/not-metrics.ts";
import { pythonDict } from "./dialects/python-dict.ts";
import { messageOf } from "./log-prefix.ts";
import { loggedMessage } from "./objects/logged-message.ts";
import { createNameBook, type NameBook } from "./names/name-book.ts";
import { BAR_COUNTER } from "./names/step-names.ts";
import { NOTHING, type Reading, type ShapedDialect } from "./reading.ts";

/** Reads the lines of one stream by the first dialect that takes them. */
export interface MessageReader {
  /** The text of a whole line, log prefix and all. */
  read(text: string): Reading;
  /** The same for a row of the block that the last line was in, told by a look; `undefined` for any other line. */
  readRow(text: string): Reading | undefined;
  /** Whether no rule asks how many digits the elastic numbers of a line have that was just read, from memory 0 to 0. */
  isElastic(text: string): boolean;
  /** The dialect that took the last line that was read. */
  takenBy(): string | undefined;
  /** Whether the last line that was read is an object, or none of the metrics. */
  isObject(): boolean;
  /** What the dialects remember of the lines before; 0 is nothing. */
  memory(): number;
  setMemory(memory: number): void;
  /** The same as plain data, for another reader. */
  kept(): readonly unknown[];
  recall(kept: readonly unknown[]): void;
  /** Whether the last line belongs to a block whose step may still come. */
  isInBlock(): boolean;
}

/** @param names shared by the dialects, which would else look at each name anew */
export function createMessageReader(names: NameBook = createNameBook()): MessageReader {
  const readers = dialects.map((dialect: ShapedDialect<unknown>) => bind(dialect, names));
  const remembering = readers.flatMap(({ memory }) => memory ?? []);
  let taker: string | undefined;

  function remembered(): number {
    let sum = 0;
    for (const { get } of remembering) sum = sum * MEMORY_RANGE + get();
    return sum;
  }

  function readLine(text: string): Reading {
    const message = messageOf(text);
    for (const { id, read } of readers) {
      const reading = read(message, text);
      if (reading === undefined) continue;
      const whole = id === jsonObject.id ? withMessage(message, reading) : reading;
      taker = id;
      return whole;
    }
    taker = undefined;
    return NOTHING;
  }

  /** An object with what the message in it says, beside the position that the object says. */
  function withMessage(object: string, reading: Reading): Reading {
    const said = loggedMessage(object, reading, names);
    if (said === undefined) return reading;
    const { entries: inner, steady } = readLine(said);
    if (inner.length === 0)
      return steady && said.length <= LONGEST_STEADY && isElastic(said) ? reading : { ...reading, steady: false };
    const own = new Set(inner.map(({ key }) => key));
    const places = reading.entries.filter(({ key }) => names.rankOf(key) > 0 && !own.has(key));
    return { entries: [...places, ...inner], steady: false };
  }

  /** `10/90 [00:02<00:18, loss=0.7]{'loss': 0.5, 'step': 20}`; `undefined` where the second part does not stand on its own. */
  function readBehindBar(text: string, start: number): Reading | undefined {
    const { entries } = readLine(text.slice(start));
    if (entries.length === 0) return undefined;
    const isPlaced = entries.some(({ key }) => names.rankOf(key) > 0);
    const isObject = taker === jsonObject.id || taker === pythonDict.id;
    if (!isPlaced && !isObject) return readNewer(text, entries);
    const inBar = readers.at(-1)?.read(text.slice(0, start), text)?.entries ?? [];
    const step = inBar.find(({ key }) => key === BAR_COUNTER)?.value;
    const kept = inBar.filter(({ key }) => entries.every((entry) => entry.key !== key));
    if (!isPlaced) return { entries: [...entries, ...kept], steady: false };
    if (step === undefined) return { entries, steady: false };
    const numbers = kept.filter(({ key }) => key !== BAR_COUNTER && names.rankOf(key) === 0);
    return { entries: [...entries, ...numbers.map((entry) => ({ ...entry, step }))], steady: false };
  }

  /** `loss=0.7]/lib/model.py:12: UserWarning: …`: what was printed before the complaint, which has an echo of source below it. */
  function readComplained(text: string, start: number): Reading | undefined {
    const { entries } = readLine(text.slice(0, start));
    const before = taker;
    readLine(text.slice(start));
    if (entries.length === 0) return undefined;
    taker = before;
    return { entries, steady: false };
  }

  /** `…, val_loss=0.6]val_loss 0.5 val/acc 0.9`: what is in the bar is older than what was printed behind it. */
  function readNewer(text: string, behind: readonly Extracted[]): Reading {
    const { entries, ...reading } = readLine(text);
    const newer = entries.map((entry) => behind.find(({ key }) => key === entry.key) ?? entry);
    const isOther = newer.some(({ value }, at) => !Object.is(value, entries[at]?.value));
    return isOther ? { entries: newer, steady: false } : { entries, ...reading };
  }

  function isElastic(text: string): boolean {
    // A share of stray bytes makes a line binary, and a share has a length below it.
    if (STRAY.test(text)) return false;
    const message = messageOf(text);
    const last = readers.findIndex(({ id }) => id === taker);
    return readers.slice(0, last + 1).every((reader) => reader.isElastic(message, text));
  }

  return {
    read(text) {
      const complaint = complaintBehind(text);
      const complained = complaint > 0 ? readComplained(text, complaint) : undefined;
      if (complained !== undefined) return complained;
      const start = lineBehindBar(text);
      return (start === -1 ? undefined : readBehindBar(text, start)) ?? readLine(text);
    },
    readRow(text) {
      for (const { id, memory, readPlain } of readers) {
        // No other dialect may remember anything.
        if (readPlain === undefined || memory?.get() !== remembered()) continue;
        const reading = readPlain(text);
        if (reading !== undefined) taker = id;
        return reading;
      }
      return undefined;
    },
    isElastic,
    takenBy: () => taker,
    isObject: () => taker === jsonObject.id || taker === pythonDict.id || taker === notMetrics.id,
    memory: remembered,
    setMemory(memory) {
      let left = memory;
      for (const { set } of remembering.toReversed()) {
        set(left % MEMORY_RANGE);
        left = Math.floor(left / MEMORY_RANGE);
      }
    },
    kept: () => remembering.map(({ keep }) => keep()),
    recall(kept) {
      for (const [index, { recall }] of remembering.entries()) recall(kept[index]);
    },
    isInBlock: () => remembering.some(({ isBlock }) => isBlock()),
  };
}

/** A longer message in an object may be cut, by how many digits it has. */
const LONGEST_STEADY = 200;

const STRAY = /[\u007f-\u009f\ufffd]/;

/** One more than the largest number that a dialect may remember. Only the last of them needs so many: together they make a safe integer. */
const MEMORY_RANGE = 2 ** 20;

interface BoundDialect {
  readonly id: string;
  readonly read: (text: string, whole: string) => Reading | undefined;
  readonly readPlain: ((text: string) => Reading | undefined) | undefined;
  readonly isElastic: (text: string, whole: string) => boolean;
  readonly memory: BoundMemory | undefined;
}

interface BoundMemory {
  readonly get: () => number;
  readonly set: (memory: number) => void;
  readonly keep: () => unknown;
  readonly recall: (kept: unknown) => void;
  readonly isBlock: () => boolean;
}

/** A dialect with the state it keeps between the lines of one stream. */
function bind<State>(dialect: ShapedDialect<State>, names: NameBook): BoundDialect {
  const state = dialect.createState(names);
  const { memory } = dialect;
  return {
    id: dialect.id,
    read: (text, whole) => dialect.read(text, state, whole),
    readPlain: dialect.readPlain && ((text) => dialect.readPlain?.(text, state)),
    isElastic: (text, whole) => dialect.isElastic?.(text, whole) ?? true,
    memory: memory && {
      get: () => memory.get(state),
      set: (value) => memory.set(state, value),
      keep: () => memory.keep?.(state) ?? memory.get(state),
      recall: (kept) => {
        if (memory.recall !== undefined) memory.recall(state, kept);
        else memory.set(state, Number(kept));
      },
      isBlock: () => memory.isBlock?.(state) ?? false,
    },
  };
}
