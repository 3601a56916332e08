import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import {
  openTerminal,
  type TerminalEnd,
  type TerminalOptions,
  type TestTerminal,
  WRAPPED,
} from "../support/terminal.ts";
import { temporaryFolder, until } from "../support/tracelet.ts";

/** Two terminals in which the same is done: in one the command runs as it is, in the other tracelet wraps it. */
export interface TerminalPair {
  readonly plain: TestTerminal;
  readonly wrapped: TestTerminal;
  type(text: string | Buffer): void;
  resize(columns: number, rows: number): void;
  /** Waits until both screens have this on them, and look the same in all that a person can see. */
  show(text: string | RegExp): Promise<void>;
  /** Waits until both have ended, in the same way and with the same screen, and the mode is what it was at first. */
  finish(): Promise<TerminalEnd>;
}

export interface PairOptions extends TerminalOptions {
  /** Puts files into the folder in which one of the commands runs. */
  readonly prepare?: (cwd: string) => Promise<void>;
}

export async function openPair(command: readonly string[], options: PairOptions = {}): Promise<TerminalPair> {
  const open = async (words: readonly string[]) => {
    const cwd = await temporaryFolder();
    await options.prepare?.(cwd);
    return openTerminal(words, { ...options, cwd });
  };
  return pairOf(await open(command), await open([...WRAPPED, ...command]));
}

/** A pair of terminals that were opened already. */
export function pairOf(plain: TestTerminal, wrapped: TestTerminal): TerminalPair {
  const both = [plain, wrapped];
  const lookAlike = async (what: string) => {
    await until(what, () => isDeepStrictEqual(plain.look(), wrapped.look()), 10).catch(() => {});
    expect({ what, ...wrapped.look() }).toEqual({ what, ...plain.look() });
  };
  return {
    plain,
    wrapped,
    type: (text) => both.forEach((terminal) => terminal.type(text)),
    resize: (columns, rows) => both.forEach((terminal) => terminal.resize(columns, rows)),
    async show(text) {
      await Promise.all(both.map((terminal) => terminal.shows(text)));
      await lookAlike(`both screens are alike once they show ${text}`);
    },
    async finish() {
      const [plainEnd, wrappedEnd] = await Promise.all([plain.finish(), wrapped.finish()]);
      expect(wrappedEnd).toEqual(plainEnd);
      await lookAlike("both screens are alike at the end");
      expect(both.map((terminal) => terminal.mode())).toEqual(both.map(({ firstMode }) => firstMode));
      return wrappedEnd;
    },
  };
}
