import type { ActionTaken, Alert } from "./alert.ts";
import type { Closeup, Death } from "./death.ts";
import type { Unavailable } from "./metric.ts";
import type { StepRule } from "./extract.ts";
import type { ProcessEntry } from "./probe.ts";
import type { MetricSource, RunEnd, RunHeader } from "./run.ts";

/** Version of the journal's format; a reader refuses a larger one. */
export const JOURNAL_VERSION = 1;

/**
 * A number in the journal. JSON has no NaN and no infinity, so those three are written as strings, never as null.
 */
export type JournalNumber = number | "NaN" | "Infinity" | "-Infinity";

/** One line of `journal.jsonl`. Timestamps are milliseconds since the epoch. See docs/journal-format.md. */
export type JournalRecord =
  | ({ readonly type: "run"; readonly version: number } & RunHeader)
  /** The child was launched. */
  | {
      readonly type: "launch";
      readonly timestamp: number;
      readonly pid: number;
      /** When that process was started, as src/journal/process-identity.ts reads it; tells it from a later one. */
      readonly started?: string;
    }
  /** A watcher began to write, the first one or one that took over. */
  | { readonly type: "watcher"; readonly timestamp: number; readonly pid: number }
  /** What this machine is: taken once. */
  | { readonly type: "machine"; readonly timestamp: number; readonly facts: Readonly<Record<string, string | number>> }
  /** One reading of the machine. `index` counts from 0 without holes over the whole run. */
  | {
      readonly type: "sample";
      readonly timestamp: number;
      readonly index: number;
      /** Series keys to values; see `seriesOf`. */
      readonly metrics: Readonly<Record<string, number>>;
      readonly processes?: readonly ProcessEntry[];
    }
  /** The time between samples from here on, where it is tracelet that chooses it. `interval` is in seconds. */
  | { readonly type: "interval"; readonly timestamp: number; readonly interval: number; readonly reason: string }
  /** What cannot be read, said once when it is found out. */
  | ({ readonly type: "unavailable"; readonly timestamp: number; readonly probe: string } & Unavailable)
  /**
   * The metrics of one line that share a step. `offset` is just behind the line, in the output log or, of the channel, in
   * `metrics.jsonl`.
   */
  | {
      readonly type: "metrics";
      readonly timestamp: number;
      readonly step: number;
      readonly metrics: Readonly<Record<string, JournalNumber>>;
      readonly stream: MetricSource;
      readonly offset: number;
      /** Absent where the line itself says the step. */
      readonly stepRule?: Exclude<StepRule, "line">;
    }
  /** Settings that the command printed before its first metric; those of the header are none of them. */
  | { readonly type: "params"; readonly timestamp: number; readonly params: Readonly<Record<string, string>> }
  | ({ readonly type: "alert" } & Alert)
  /** What was done because of an alert: written before it is begun, and again when it is known how it went. */
  | ({ readonly type: "action" } & ActionTaken)
  /** Readings that are closer together than the samples, of the time before something that is worth a look. */
  | ({ readonly type: "closeup" } & Closeup)
  /** Why the command died, as far as that shows. */
  | ({ readonly type: "death" } & Death)
  /** Something a bound dropped, with how much. */
  | {
      readonly type: "gap";
      readonly timestamp: number;
      readonly what: string;
      readonly reason: string;
      readonly bytes?: number;
      /** Where that is known: which bytes of the output, `to` being the one behind the last. */
      readonly from?: number;
      readonly to?: number;
    }
  | ({ readonly type: "end" } & RunEnd);

/** What the journal writes for a value. */
export function toJournalNumber(value: number): JournalNumber {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

/** The value the journal's form stands for. */
export function fromJournalNumber(value: JournalNumber): number {
  return Number(value);
}
