import { goalOf } from "../model/goal.ts";
import type { MetricSummary, RunView } from "../model/view.ts";
import { bestOf } from "./best.ts";
import { formatNumber } from "../model/format.ts";
import { printable } from "./printable.ts";
import { sparkline } from "./sparkline.ts";
import type { Line } from "./summary-line.ts";
import { padded, textWidth } from "./width.ts";

const MOST_METRICS = 10;
const FEWEST_CELLS = 8;
const MOST_CELLS = 20;
/** A course that is wider, of numbers with many digits, moves what is behind it. */
const WIDEST_COURSE = 22;

/** The training metrics that a summary shows. */
export class MetricRows {
  readonly #shown: readonly [string, MetricSummary][];
  readonly #folded: number;
  readonly #id: string;

  constructor({ metrics, header }: RunView) {
    const all = Object.entries(metrics);
    this.#shown = chosen(all);
    this.#folded = all.length - this.#shown.length;
    this.#id = header.id;
  }

  get labels(): string[] {
    return this.#shown.map(([key]) => printable(key));
  }

  /** How each went, from where to where, and its best, in so many columns. */
  lines(room: number, ascii: boolean): Line[] {
    const rows = this.#shown.map(([key, metric]) => ({
      key,
      metric,
      span: spanOf(metric),
      notes: notesOf(key, metric),
    }));
    const column = Math.min(WIDEST_COURSE, widest(rows.map(({ span }) => span)));
    const left = room - column - widest(rows.map(({ notes }) => notes)) - 4;
    const hasCourse = rows.some(({ metric }) => isDrawn(metric));
    const cells = hasCourse ? Math.max(FEWEST_CELLS, Math.min(MOST_CELLS, left)) : 0;
    const lines = rows.map(({ key, metric, span, notes }) => {
      const drawn = isDrawn(metric) ? sparkline(metric.course, cells, ascii) : "";
      const parts = [...(hasCourse ? [padded(drawn, cells)] : []), padded(span, column), notes];
      return { label: printable(key), text: parts.join("  ").trimEnd() };
    });
    if (this.#folded === 0) return lines;
    return [...lines, { label: "", text: `+ ${this.#folded} more: tracelet show ${this.#id}` }];
  }
}

/** All where there is room; else those that a training is about before the others, in the order in which they came. */
function chosen(all: readonly [string, MetricSummary][]): readonly [string, MetricSummary][] {
  if (all.length <= MOST_METRICS) return all;
  const aims = all.filter(([key]) => goalOf(key) !== undefined);
  const others = all.filter(([key]) => goalOf(key) === undefined);
  const first = new Set([...aims, ...others].slice(0, MOST_METRICS));
  return all.filter((entry) => first.has(entry));
}

function spanOf({ count, first, last }: MetricSummary): string {
  return count === 1 ? formatNumber(last) : `${formatNumber(first)} → ${formatNumber(last)}`;
}

function notesOf(key: string, metric: MetricSummary): string {
  const { count, nan } = metric;
  const best = count === 1 ? undefined : bestOf(key, metric);
  return [
    ...(best === undefined ? [] : [`best ${formatNumber(best.value)} at step ${best.step}`]),
    ...(nan === 0 ? [] : [`${nan} nan`]),
  ].join(", ");
}

/** Of one point there is no course. */
function isDrawn(metric: MetricSummary): metric is MetricSummary & Required<Pick<MetricSummary, "course">> {
  return metric.course !== undefined && metric.count > 1;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(textWidth));
}
