import { TimeMean } from "../model/covered-time.ts";
import { goalOf } from "../model/goal.ts";
import { fromJournalNumber, type JournalRecord } from "../model/record.ts";
import type { MetricSource } from "../model/run.ts";
import type { MetricSummary, RecordedOutput, SeriesSummary } from "../model/view.ts";
import { Course } from "./course.ts";

type RecordOf<Type extends JournalRecord["type"]> = Extract<JournalRecord, { type: Type }>;

/** A summary while it grows. Changed in place: a copy per point costs more than reading the point. */
type Growing = { -readonly [Field in keyof Omit<MetricSummary, "course">]: MetricSummary[Field] };

/** Metrics whose course is kept, with and without those that want to be small or large. */
const MOST_COURSES = 64;
const MOST_COURSES_OF_ANY = 48;

/** Training metrics by key, folded point by point. */
export class MetricFold {
  readonly #byKey = new Map<string, Growing>();
  readonly #courses = new Map<string, Course>();

  add({ metrics, step }: RecordOf<"metrics">): void {
    for (const key in metrics) {
      const value = fromJournalNumber(metrics[key] ?? Number.NaN);
      const known = this.#byKey.get(key);
      if (known === undefined) {
        this.#byKey.set(key, firstPoint(value, step));
        if (this.#hasRoomFor(key)) this.#courses.set(key, new Course());
      } else {
        addPoint(known, value, step);
      }
      this.#courses.get(key)?.add(value);
    }
  }

  get summaries(): Record<string, MetricSummary> {
    return Object.fromEntries(
      Array.from(this.#byKey, ([key, summary]) => {
        const course = this.#courses.get(key);
        return [key, course === undefined ? summary : { ...summary, course: course.means }];
      }),
    );
  }

  /** A training with thousands of names has its losses among them, if not among the first. */
  #hasRoomFor(key: string): boolean {
    const { size } = this.#courses;
    return size < MOST_COURSES_OF_ANY || (size < MOST_COURSES && goalOf(key) !== undefined);
  }
}

function firstPoint(value: number, step: number): Growing {
  const summary: Growing = { count: 0, nan: 0, first: value, firstStep: step, last: value, lastStep: step };
  addPoint(summary, value, step);
  return summary;
}

function addPoint(summary: Growing, value: number, step: number): void {
  summary.count += 1;
  summary.last = value;
  summary.lastStep = step;
  if (Number.isNaN(value)) {
    summary.nan += 1;
    return;
  }
  if (summary.min === undefined || value < summary.min) {
    summary.min = value;
    summary.minStep = step;
  }
  if (summary.max === undefined || value > summary.max) {
    summary.max = value;
    summary.maxStep = step;
  }
}

interface GrowingSeries {
  count: number;
  last: number;
  min: number;
  max: number;
  readonly mean: TimeMean;
}

/** System series by key, folded sample by sample. */
export class SeriesFold {
  readonly #byKey = new Map<string, GrowingSeries>();

  /** Takes a sample that stands for so many milliseconds of the run. */
  add({ metrics }: RecordOf<"sample">, milliseconds: number): void {
    for (const key in metrics) {
      const value = metrics[key];
      if (value !== undefined) addTo(this.#seriesOf(key, value), value, milliseconds);
    }
  }

  get summaries(): Record<string, SeriesSummary> {
    return Object.fromEntries(
      Array.from(this.#byKey, ([key, { count, last, mean, min, max }]) => [
        key,
        { count, last, mean: mean.mean, min, max, seconds: mean.covered / 1000 },
      ]),
    );
  }

  #seriesOf(key: string, value: number): GrowingSeries {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const made = { count: 0, last: value, min: value, max: value, mean: new TimeMean() };
    this.#byKey.set(key, made);
    return made;
  }
}

function addTo(series: GrowingSeries, value: number, milliseconds: number): void {
  series.count += 1;
  series.last = value;
  series.min = Math.min(series.min, value);
  series.max = Math.max(series.max, value);
  series.mean.add(value, milliseconds);
}

/** How far the metrics of each stream are recorded: where a watcher that takes over has to go on. */
export class RecordedFold {
  readonly #byStream: Record<MetricSource, RecordedOutput> = {
    stdout: { offset: 0, records: 0 },
    stderr: { offset: 0, records: 0 },
    channel: { offset: 0, records: 0 },
  };

  add({ stream, offset }: RecordOf<"metrics">): void {
    const known = this.#byStream[stream];
    if (offset > known.offset) this.#byStream[stream] = { offset, records: 1 };
    else if (offset === known.offset) this.#byStream[stream] = { offset, records: known.records + 1 };
  }

  get streams(): Readonly<Record<MetricSource, RecordedOutput>> {
    return this.#byStream;
  }
}
