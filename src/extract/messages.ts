import { dialects } from "./dialects/index.ts";
import { messageOf } from "./log-prefix.ts";
import { NOTHING, type Reading, type ShapedDialect } from "./reading.ts";

/** Reads the lines of one stream by the first dialect that takes them. */
export interface MessageReader {
  /** The text of a whole line, log prefix and all. */
  read(text: string): Reading;
  /** What the dialects remember of the lines before, one bit each; 0 is nothing. */
  memory(): number;
  setMemory(memory: number): void;
}

export function createMessageReader(): MessageReader {
  const readers = dialects.map((dialect: ShapedDialect<unknown>) => bind(dialect));
  const remembering = readers.filter(({ hasMemory }) => hasMemory);
  return {
    read(text) {
      const message = messageOf(text);
      for (const { read } of readers) {
        const reading = read(message);
        if (reading !== undefined) return reading;
      }
      return NOTHING;
    },
    memory: () => remembering.reduce((memory, { remembers }, bit) => memory | (Number(remembers()) << bit), 0),
    setMemory(memory) {
      for (const [bit, { remember }] of remembering.entries()) remember((memory & (1 << bit)) !== 0);
    },
  };
}

interface BoundDialect {
  readonly read: (text: string) => Reading | undefined;
  readonly hasMemory: boolean;
  readonly remembers: () => boolean;
  readonly remember: (value: boolean) => void;
}

/** A dialect with the state it keeps between the lines of one stream. */
function bind<State>(dialect: ShapedDialect<State>): BoundDialect {
  const state = dialect.createState();
  return {
    read: (text) => dialect.read(text, state),
    hasMemory: dialect.memory !== undefined,
    remembers: () => dialect.memory?.get(state) ?? false,
    remember: (value) => dialect.memory?.set(state, value),
  };
}
