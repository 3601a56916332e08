import type { StreamName } from "./run.ts";

/** One line of console output as a person would have seen it: no escape codes, the last state of a redrawn bar. */
export interface ConsoleLine {
  readonly text: string;
  readonly stream: StreamName;
  /** Milliseconds since the epoch at which its last byte was read from the child. */
  readonly timestamp: number;
  /** Offset in the output log just behind the line's last byte. */
  readonly offset: number;
}

/** One number found in a line, before a step was settled for it. */
export interface Extracted {
  readonly key: string;
  /** May be NaN or infinite: a diverged loss is printed like that. */
  readonly value: number;
  /** The step where the line itself says it. */
  readonly step?: number;
  /** The line says that it is one of its metrics, whatever its name: `Losses {'parser': 2.5}`. */
  readonly isMetric?: true;
}

/**
 * One way in which people print metrics. Pure: the same lines give the same points. One file each in `src/extract`.
 * `State` is what has to be remembered between lines of one stream.
 */
export interface Dialect<State = unknown> {
  readonly id: string;
  createState(): State;
  /** `undefined`: this line is not mine, let the next dialect look. A list, even an empty one: the line is taken. */
  extract(line: ConsoleLine, state: State): readonly Extracted[] | undefined;
}

/**
 * Where the step of a metric is from: its own line, a header above it, the counter of a bar, the line before, or counted
 * for each key.
 */
export type StepRule = "line" | "header" | "bar" | "previous" | "counted";

/** One training metric at one step. */
export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  /** A whole or fractional number as printed, or counted per key. */
  readonly step: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/** One metric of a log that is no run yet. */
export interface LogPoint {
  readonly name: string;
  readonly value: number;
  readonly step: number;
  /** Counted from 1. Of a block that is settled as one, its last line. */
  readonly line: number;
  /** The line as a terminal would show it. */
  readonly text: () => string;
}

/** What became of one line, by the rules and without the shortcuts of the extractor. */
export interface ExplainedLine {
  readonly text: string;
  /** The dialect that took the line; `undefined` when none did. */
  readonly dialect: string | undefined;
  readonly points: readonly Omit<MetricPoint, "timestamp">[];
  /** Why there is no point; `undefined` when there is one. */
  readonly reason: string | undefined;
}
