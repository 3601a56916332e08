import { visible } from "../visible.ts";
import { ZonedClock } from "../zoned-time.ts";
import { TimeText } from "./axes.ts";
import { Board, type BoardState } from "./board.ts";
import { ChartView } from "./chart-view.ts";
import { controls } from "./controls.ts";
import { readPageData } from "./decode.ts";
import { Palette } from "./palette.ts";

start().catch((error: unknown) => {
  // The rest of the page does without: only the charts are missing, and this says why.
  const note = document.createElement("p");
  note.textContent = `The charts cannot be shown in this browser: ${String(error)}`;
  document.querySelector(".toolbar")?.before(note);
});

/** Reads the data of the page and makes each chart when it comes into view. */
async function start(): Promise<void> {
  const { data, series } = await readPageData(document.querySelector("#data")?.textContent ?? "");
  const board = new Board(data.duration / 1000);
  const palette = new Palette();
  const time = new TimeText(board, new ZonedClock(data.zone), data.started);
  const live = document.querySelector("#live");
  const say = (text: string): void => {
    if (live !== null) live.textContent = visible(text);
  };
  const around = { board, palette, time, marks: data.marks, say };
  const views = new Map<Element, ChartView>();
  const inView = new Set<Element>();

  const make = (figure: HTMLElement): void => {
    const layout = data.charts[Number(figure.dataset["chart"])];
    if (layout === undefined || views.has(figure) || figure.clientWidth === 0) return;
    views.set(figure, new ChartView(figure, layout, series, around));
    resizes.observe(figure);
  };
  const resizes = new ResizeObserver((entries) => {
    for (const { target } of entries) views.get(target)?.resize();
  });
  // Charts that nobody sees follow the cursor when they are seen.
  const behind = new Map<Element, BoardState>();
  const sights = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) {
          inView.delete(target);
          continue;
        }
        inView.add(target);
        make(target as HTMLElement);
        const before = behind.get(target);
        if (before !== undefined) views.get(target)?.update(board.state, before);
        behind.delete(target);
      }
    },
    { rootMargin: "200px" },
  );
  board.onChange((state, before) => {
    for (const [figure, view] of views) {
      if (inView.has(figure)) view.update(state, before);
      else if (!behind.has(figure)) behind.set(figure, before);
    }
  });
  const figures = [...document.querySelectorAll<HTMLElement>("[data-chart]")];
  const repaint = (): void => {
    palette.read();
    for (const view of views.values()) view.repaint();
  };
  controls({ board, time, repaint, makeAll: () => figures.forEach(make) });
  for (const figure of figures) sights.observe(figure);
  document.documentElement.dataset["charts"] = "ready";
}
