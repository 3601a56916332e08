import type { Comparison } from "./alert.ts";

/** What is looked at of all values that a metric had. */
export type Aggregate = "last" | "first" | "min" | "max" | "mean" | "count";

/** What a finished run has to fulfil. */
export interface Requirement {
  /** As it was typed. */
  readonly text: string;
  readonly aggregate: Aggregate;
  /** A key, of the machine or the training. */
  readonly metric: string;
  readonly comparison: Comparison | "==" | "!=";
  readonly value: number;
}
