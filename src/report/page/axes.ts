import uPlot from "uplot";
import { formatDuration } from "../../model/format.ts";
import type { ChartUnit } from "../chart.ts";
import { quantity } from "../units.ts";
import type { ZonedClock } from "../zoned-time.ts";
import type { Board } from "./board.ts";

const SECOND = 1;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds that may be between two ticks. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((milliseconds) => milliseconds / 1000),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((days) => days * DAY),
];
const KIBI = 1024;

/** What the axis of time says: since the start, or on the clock. */
export class TimeText {
  readonly #board: Board;
  readonly #clock: ZonedClock;
  readonly #started: number;
  /** Seconds by which the start is behind midnight of the zone. */
  readonly offset: number;

  /** @param started milliseconds since the epoch */
  constructor(board: Board, clock: ZonedClock, started: number) {
    this.#board = board;
    this.#clock = clock;
    this.#started = started;
    const [hours = 0, minutes = 0, seconds = 0] = clock.timeOfDay(started).split(":").map(Number);
    this.offset = hours * HOUR + minutes * MINUTE + seconds;
  }

  /** A time in full. */
  full(seconds: number): string {
    return `${formatDuration(seconds * 1000)} · ${this.#clock.dateTime(this.#started + seconds * 1000)}`;
  }

  tick(seconds: number, step: number): string {
    if (!this.#board.state.isClock) return seconds === 0 ? "0" : formatDuration(Math.round(seconds * 1000));
    const text = this.#clock.dateTime(this.#started + seconds * 1000);
    if (step >= DAY) return text.slice("2026-".length, "2026-11-22".length);
    return text.slice("2026-11-22 ".length, step >= MINUTE ? -":30".length : undefined);
  }

  /** Round times: since the start, or of the clock. */
  splits(from: number, to: number, step: number): number[] {
    const offset = this.#board.state.isClock ? this.offset : 0;
    const first = Math.ceil((from + offset) / step) * step - offset;
    const count = Math.floor((to - first) / step + 1e-9) + 1;
    return Array.from({ length: Math.max(0, count) }, (_, index) => Number((first + index * step).toFixed(6)));
  }
}

/** The axis of time. */
export function timeAxis(time: TimeText, color: () => string, grid: () => string): uPlot.Axis {
  return {
    stroke: color,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, width: 1, size: 4 },
    font: FONT,
    space: 90,
    size: 28,
    gap: 4,
    incrs: STEPS,
    splits: (_, __, min, max, step) => time.splits(min, max, step),
    values: (_, splits, __, ___, step) => splits.map((split) => time.tick(split, step)),
  };
}

/** The axis of values, in their unit. */
export function valueAxis(unit: ChartUnit, isLog: boolean, color: () => string, grid: () => string): uPlot.Axis {
  const isBytes = unit === "bytes" || unit === "bytes_per_second";
  return {
    stroke: color,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
    font: FONT,
    // The same in all charts, so that one time is at one place in all of them.
    size: AXIS_PIXELS,
    gap: 6,
    space: 34,
    ...(isBytes && !isLog ? { incrs: BYTE_STEPS } : {}),
    values: (_, splits) => splits.map((split) => (split === null ? null : quantity(split, unit))),
  };
}

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const AXIS_PIXELS = 66;

/** 1, 2, 5 … of each binary unit, so that the axis has round numbers. */
const BYTE_STEPS = Array.from({ length: 6 }, (_, power) =>
  [1, 2, 5, 10, 20, 50, 100, 200, 500].map((count) => count * KIBI ** power),
).flat();
