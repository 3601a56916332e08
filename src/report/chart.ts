import type { Unit } from "../model/metric.ts";
import type { Bucket } from "./buckets.ts";
import type { OddPoint } from "./collector.ts";

/** What an axis counts: a unit of the machine's, or the plain numbers of a training. */
export type ChartUnit = Unit | "number" | "per_second";

/** The part of the page that a chart stands in. */
export type ChartPart = "training" | "machine" | "gpu" | "process" | "more";

/** One line of a chart. */
export interface ChartLine {
  /** Short, since the chart's title is beside it. */
  readonly label: string;
  /** The series that it shows. */
  readonly key: string;
  readonly buckets: Iterable<Bucket>;
  readonly odd: readonly OddPoint[];
  /** It shows something else than the values of the series: what a counter grows by. */
  readonly isDerived?: true;
  /** One sentence on what it is, where that is known. */
  readonly meaning?: string;
}

export interface Chart {
  /** Unique on the page. */
  readonly id: string;
  readonly part: ChartPart;
  readonly title: string;
  readonly unit: ChartUnit;
  /** The axis has all of 0 to 100. */
  readonly isWhole?: true;
  readonly lines: readonly ChartLine[];
}
