import { dialects } from "./dialects/index.ts";
import { messageOf } from "./log-prefix.ts";
import { NOTHING, type Reading, type ShapedDialect } from "./reading.ts";

/** Reads the lines of one stream by the first dialect that takes them. */
export interface MessageReader {
  /** The text of a whole line, log prefix and all. */
  read(text: string): Reading;
  /** The dialect that took the last line that was read. */
  takenBy(): string | undefined;
  /** What the dialects remember of the lines before; 0 is nothing. */
  memory(): number;
  setMemory(memory: number): void;
  /** The same as plain data, for another reader. */
  kept(): readonly unknown[];
  recall(kept: readonly unknown[]): void;
  /** Whether the last line belongs to a block whose step may still come. */
  isInBlock(): boolean;
}

export function createMessageReader(): MessageReader {
  const readers = dialects.map((dialect: ShapedDialect<unknown>) => bind(dialect));
  const remembering = readers.flatMap(({ memory }) => memory ?? []);
  let taker: string | undefined;
  return {
    read(text) {
      const message = messageOf(text);
      for (const { id, read } of readers) {
        const reading = read(message, text);
        if (reading === undefined) continue;
        taker = id;
        return reading;
      }
      taker = undefined;
      return NOTHING;
    },
    takenBy: () => taker,
    memory: () => remembering.reduce((sum, { get }) => sum * MEMORY_RANGE + get(), 0),
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

/** One more than the largest number that a dialect may remember; two of them still make a safe integer. */
const MEMORY_RANGE = 2 ** 20;

interface BoundDialect {
  readonly id: string;
  readonly read: (text: string, whole: string) => Reading | undefined;
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
function bind<State>(dialect: ShapedDialect<State>): BoundDialect {
  const state = dialect.createState();
  const { memory } = dialect;
  return {
    id: dialect.id,
    read: (text, whole) => dialect.read(text, state, whole),
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
