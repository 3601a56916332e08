import uPlot from "uplot";
import type { ChartLayout, Mark } from "../page-data.ts";
import { timeAxis, type TimeText, valueAxis } from "./axes.ts";
import type { Board, BoardState } from "./board.ts";
import { type ChartLine, chartLines, readingsAt } from "./chart-lines.ts";
import type { Series } from "./decode.ts";
import { pressed } from "./keys.ts";
import { Legend } from "./legend.ts";
import { drawBehind, drawOdd } from "./line-layer.ts";
import { aligned, extremesOf, smoothed } from "./lines.ts";
import { drawMarks, marksAt } from "./mark-layer.ts";
import { dashOf, type Palette } from "./palette.ts";
import { Tooltip } from "./tooltip.ts";

/** What the charts of a page have in common. */
export interface ChartSurroundings {
  readonly board: Board;
  readonly palette: Palette;
  readonly time: TimeText;
  readonly marks: readonly Mark[];
  /** Says something to those who do not see the chart. */
  readonly say: (text: string) => void;
}

/** Fewer points are drawn as dots, since a line of one has no length. */
const MOST_DOTS = 60;

/** More lines in one chart are thinner. */
const MOST_WIDE_LINES = 4;

/** As uPlot has it. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enumeration is in its types alone
const LOGARITHMIC = { distr: 3 as uPlot.Scale.Distr, log: 10 } as const;

/** One chart: the drawing, its legend, its pointer and its keys. */
export class ChartView {
  readonly #layout: ChartLayout;
  readonly #around: ChartSurroundings;
  readonly #place: HTMLElement;
  readonly #lines: readonly ChartLine[];
  readonly #legend: Legend;
  readonly #tooltip: Tooltip;
  /** Landmarks are about the training. */
  readonly #marks: readonly Mark[];
  #plot: uPlot;
  #isHovered = false;
  /** The board's cursor is being brought here: what the plot then says of it is no news. */
  #isFollowing = false;

  constructor(figure: HTMLElement, layout: ChartLayout, series: readonly Series[], around: ChartSurroundings) {
    this.#layout = layout;
    this.#around = around;
    this.#place = figure.querySelector<HTMLElement>(".plot")!;
    this.#lines = chartLines(layout, series);
    this.#marks = around.marks.filter(({ to }) => to !== undefined || layout.isTraining);
    this.#legend = new Legend(figure.querySelector<HTMLElement>(".legend")!, layout.title, this.#lines, () =>
      this.#rebuild(),
    );
    this.#tooltip = new Tooltip(this.#place, around.palette);
    const { device } = around.board.state;
    for (const line of this.#lines) line.isShown = isOfDevice(line, device);
    this.#legend.press();
    this.#plot = this.#build();
    this.#listen();
    this.#follow(around.board.state);
  }

  /** Takes a change of what all charts share. */
  update(state: BoardState, before: BoardState): void {
    if (state.device !== before.device) this.#select(state.device);
    const isOther = this.#layout.isTraining && (state.isLog !== before.isLog || state.smoothing !== before.smoothing);
    if (isOther) this.#rebuild();
    else if (state.from !== before.from || state.to !== before.to)
      this.#plot.setScale("x", { min: state.from, max: state.to });
    else if (state.isClock !== before.isClock) this.#plot.redraw(false, true);
    this.#follow(state);
  }

  /** Draws again, in the colours of now. */
  repaint(): void {
    this.#legend.paint(this.#around.palette);
    this.#plot.redraw(false, true);
  }

  resize(): void {
    const width = this.#place.clientWidth;
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: this.#plot.height });
  }

  /** One device alone, in the charts that have devices. */
  #select(device: string | undefined): void {
    for (const line of this.#lines) line.isShown = isOfDevice(line, device);
    this.#legend.press();
    this.#rebuild();
  }

  #rebuild(): void {
    this.#plot.destroy();
    this.#plot = this.#build();
    this.#follow(this.#around.board.state);
  }

  #build(): uPlot {
    const { board, palette, time } = this.#around;
    const { state } = board;
    const { unit, isTraining } = this.#layout;
    const isLog = isTraining && state.isLog && this.#extremes(0, board.duration, true) !== undefined;
    const weight = isTraining ? state.smoothing : 0;
    const values = this.#lines.map(({ series }) => smoothed(series.mean, weight));
    const { times, values: columns } = aligned(
      this.#lines.map(({ series }, index) => ({ times: series.times, values: values[index]! })),
      !isTraining,
    );
    const shown = isLog ? columns.map((column) => column.map(positive)) : columns;
    const [text, grid] = [() => palette.named("quiet"), () => palette.named("grid")];
    const options: uPlot.Options = {
      width: this.#place.clientWidth,
      height: Number.parseFloat(getComputedStyle(this.#place).getPropertyValue("--height")) || 180,
      legend: { show: false },
      padding: [6, 14, 0, 0],
      scales: {
        x: { time: false, min: state.from, max: state.to, range: () => [board.state.from, board.state.to] },
        y: { ...(isLog ? LOGARITHMIC : {}), range: () => this.#range(isLog) },
      },
      axes: [timeAxis(time, text, grid), valueAxis(unit, isLog, text, grid)],
      series: [{}, ...this.#lines.map((line, index) => this.#seriesOf(line, index, isLog))],
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
      hooks: {
        drawAxes: [(plot) => drawBehind(plot, this.#lines, palette, { isSmoothed: weight > 0, isLog })],
        draw: [
          (plot) => drawOdd(plot, this.#lines, palette),
          (plot) =>
            drawMarks(
              plot,
              this.#marks,
              this.#lines.map(({ key }) => key),
              palette,
            ),
        ],
        setCursor: [(plot) => this.#pointed(plot)],
        setSelect: [(plot) => this.#selected(plot)],
      },
    };
    this.#legend.paint(palette);
    return new uPlot(options, [times, ...shown] as uPlot.AlignedData, this.#place);
  }

  #seriesOf({ label, isShown, series }: ChartLine, index: number, isLog: boolean): uPlot.Series {
    const dash = dashOf(index);
    return {
      label,
      show: isShown,
      stroke: () => this.#around.palette.line(index),
      width: this.#lines.length > MOST_WIDE_LINES ? 1.25 : 1.75,
      spanGaps: isLog,
      points: { show: series.times.length <= MOST_DOTS, size: 4, fill: () => this.#around.palette.line(index) },
      ...(dash === undefined ? {} : { dash }),
    };
  }

  #extremes(from: number, to: number, onlyPositive: boolean): { min: number; max: number } | undefined {
    const shown = this.#lines.filter(({ isShown }) => isShown).map(({ series }) => series);
    return extremesOf(shown, from, to, onlyPositive);
  }

  #range(isLog: boolean): [number, number] {
    const { unit, isWhole } = this.#layout;
    const { from, to } = this.#around.board.state;
    const found = this.#extremes(from, to, isLog);
    if (found === undefined) return isLog ? [0.1, 1] : [0, isWhole ? 100 : 1];
    const { min, max } = found;
    if (isLog) return logRange(min, max);
    if (isWhole) return [Math.min(0, min), Math.max(100, max)];
    const floats = unit === "number" || unit === "celsius";
    const padding = (max - min) * 0.06 || Math.abs(max) * 0.1 || 1;
    return [floats || min < 0 ? min - padding : 0, max + padding];
  }

  #listen(): void {
    const { board, say } = this.#around;
    this.#place.addEventListener("keydown", (event) => {
      if (!pressed(event, board, this.#plot.data[0] as number[])) return;
      event.preventDefault();
      say(this.#sentence());
    });
    this.#place.addEventListener("pointerenter", () => (this.#isHovered = true));
    this.#place.addEventListener("pointerleave", () => {
      this.#isHovered = false;
      this.#tooltip.hide();
    });
    this.#place.addEventListener("dblclick", () => board.reset());
    // A finger has no hovering: moving it sideways moves the cursor.
    this.#place.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") return;
      const { left } = this.#plot.over.getBoundingClientRect();
      board.point(this.#plot.posToVal(event.clientX - left, "x"));
    });
    this.#place.addEventListener("focus", () => say(this.#sentence()));
  }

  #pointed(plot: uPlot): void {
    if (this.#isFollowing || plot.cursor.event === undefined || plot.cursor.event === null) return;
    const { left = -1 } = plot.cursor;
    const { board } = this.#around;
    board.change({ cursor: left < 0 ? undefined : plot.posToVal(left, "x") });
  }

  #selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 4) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#around.board.show(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  }

  #follow({ cursor }: BoardState): void {
    const plot = this.#plot;
    const readings = readingsAt(this.#lines, cursor ?? Number.POSITIVE_INFINITY, this.#layout.unit);
    this.#legend.tell(readings, cursor === undefined);
    const left = cursor === undefined ? -10 : plot.valToPos(cursor, "x");
    this.#isFollowing = true;
    plot.setCursor({ left, top: cursor === undefined ? -10 : 1 });
    this.#isFollowing = false;
    if (cursor === undefined || !this.#isHovered) return this.#tooltip.hide();
    const { time } = this.#around;
    const offset = plot.over.offsetLeft + left;
    this.#tooltip.show(
      time.full(cursor),
      readings,
      marksAt(plot, this.#marks, cursor),
      offset,
      this.#place.clientWidth,
    );
  }

  #sentence(): string {
    const { board, time } = this.#around;
    const { cursor, from, to } = board.state;
    if (cursor === undefined) return `${time.full(from)} to ${time.full(to)}`;
    const readings = readingsAt(this.#lines, cursor, this.#layout.unit).map(
      ({ line, text }) => `${line.label} ${text}`,
    );
    const notes = marksAt(this.#plot, this.#marks, cursor).map(({ text }) => text);
    return [time.full(cursor), ...readings, ...notes.slice(0, 3)].join("; ");
  }
}

function isOfDevice({ key }: ChartLine, device: string | undefined): boolean {
  return device === undefined || !key.startsWith("gpu_") || key.startsWith(`gpu_${device}_`);
}

function positive(value: number | null | undefined): number | null | undefined {
  return typeof value === "number" && value <= 0 ? null : value;
}

/** Whole decades where there are several, else a little more than there is. */
function logRange(min: number, max: number): [number, number] {
  if (max / min < 10) return [min / 1.2, max * 1.2];
  return uPlot.rangeLog(min, max, 10, false) as [number, number];
}
