import type { Dialect, Extracted } from "../model/extract.ts";
import type { NameBook } from "./names/name-book.ts";

/** What a dialect finds in one line, and what of it holds for every line of the same shape (see `outline.ts`). */
export interface Reading {
  readonly entries: readonly Extracted[];
  /** Whether a line with other digits in the same places has the same entries but for digits in their keys and values. */
  readonly steady: boolean;
  /** Where the number of each entry stands, when each value is a number of the line and nothing else. */
  readonly sources?: () => NumberSources | undefined;
}

export interface NumberSources {
  /** What `at` counts in. It has the last digits of the message, in their order. */
  readonly text: string;
  /** One for each entry. */
  readonly numbers: readonly NumberSource[];
}

/** A number as it is printed. */
export interface NumberSource {
  readonly text: string;
  readonly at: number;
  /** The value is the number times this. */
  readonly multiple: number;
}

/** A dialect that says what of its answers holds for other digits. */
export interface ShapedDialect<State> extends Dialect<State> {
  /** @param names what may be shared, since it changes no answer; left out, the state has its own */
  createState(names?: NameBook): State;
  /**
   * Like `extract`. Whether the line is the dialect's must not depend on which digits it has. `whole` is the line with
   * its log prefix.
   */
  read(text: string, state: State, whole?: string): Reading | undefined;
  /** The same for a line below others that is told by a look, and that no other dialect would take. */
  readPlain?(text: string, state: State): Reading | undefined;
  /**
   * Whether all lines that differ from this one only in how many digits their elastic numbers have (`elastic-numbers.ts`)
   * are read alike, as long as the dialect remembers nothing. Left out: they are.
   */
  isElastic?(text: string, whole: string): boolean;
  /** What it remembers from line to line; nothing else of its state may change an answer. */
  readonly memory?: DialectMemory<State>;
}

export interface DialectMemory<State> {
  /** A number of at most 20 bits, of a few but for that of the tables; 0 is nothing. */
  get(state: State): number;
  set(state: State, memory: number): void;
  /** What is remembered, as plain data for another process, where the number alone would not do. */
  keep?(state: State): unknown;
  recall?(state: State, kept: unknown): void;
  /** Whether the last line belongs to a block whose step may still come. */
  isBlock?(state: State): boolean;
}

/** Completes a dialect by the part of the contract that follows from `read`. */
export function shapedDialect<State>(dialect: Omit<ShapedDialect<State>, "extract">): ShapedDialect<State> {
  return { ...dialect, extract: ({ text }, state) => dialect.read(text, state)?.entries };
}

/** The reading of a line that has nothing, whatever its digits. */
export const NOTHING: Reading = { entries: [], steady: true };
