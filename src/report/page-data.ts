import type { ChartUnit } from "./chart.ts";
import type { LandmarkKind } from "./landmarks.ts";

/** The columns of one series in the page's data, in this order: times, steps where there are any, means, then extremes. */
export interface SeriesLayout {
  readonly length: number;
  /** Whether each point has a step. */
  readonly hasSteps: boolean;
  /** Whether its points stand for several, so that there are columns of minima and maxima. */
  readonly hasExtremes: boolean;
  /** Points that are no finite number: time in milliseconds since the start, step, and which one. */
  readonly odd: readonly (readonly [time: number, step: number, value: "nan" | "inf" | "-inf"])[];
}

export interface LineLayout {
  readonly label: string;
  readonly key: string;
  /** Its place in the list of series. */
  readonly series: number;
  /** Its last value with the unit, which the last point of a line in few points need not have. */
  readonly last?: string;
}

export interface ChartLayout {
  readonly id: string;
  readonly title: string;
  readonly unit: ChartUnit;
  readonly isWhole: boolean;
  /** Smoothing and the logarithmic axis are for the numbers of a training. */
  readonly isTraining: boolean;
  readonly lines: readonly LineLayout[];
}

/** Something to be marked in the charts. Times are milliseconds since the start of the run. */
export interface Mark {
  readonly kind: LandmarkKind | "info" | "critical" | "alert";
  readonly from: number;
  /** Of something that lasted. */
  readonly to?: number;
  readonly text: string;
  /** The series that an alert is about. */
  readonly key?: string;
}

/** What the page's script reads, before the numbers. */
export interface PageData {
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Milliseconds that the axis of time has. */
  readonly duration: number;
  /** The IANA name of the time zone that times are told in. */
  readonly zone: string;
  readonly series: readonly SeriesLayout[];
  readonly charts: readonly ChartLayout[];
  readonly marks: readonly Mark[];
}
