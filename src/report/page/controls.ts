import type { TimeText } from "./axes.ts";
import type { Board } from "./board.ts";

export interface ControlledPage {
  readonly board: Board;
  readonly time: TimeText;
  /** Draws all charts again, in the colours of now. */
  readonly repaint: () => void;
  /** Makes the charts that nobody has seen yet. */
  readonly makeAll: () => void;
}

/** Wires what is in the toolbar, the times in the tables, and printing. */
export function controls({ board, time, repaint, makeAll }: ControlledPage): void {
  const toolbar = document.querySelector<HTMLElement>(".toolbar");
  if (toolbar !== null) toolbar.hidden = false;
  const reset = document.querySelector<HTMLButtonElement>("#reset");
  const log = document.querySelector<HTMLInputElement>("#log");
  const smoothing = document.querySelector<HTMLInputElement>("#smoothing");
  const clock = document.querySelector<HTMLInputElement>("#clock");
  const readout = document.querySelector("#readout");

  reset?.addEventListener("click", () => board.reset());
  log?.addEventListener("change", () => board.change({ isLog: log.checked }));
  smoothing?.addEventListener("input", () => board.change({ smoothing: smoothing.valueAsNumber }));
  clock?.addEventListener("change", () => board.change({ isClock: clock.checked }));
  board.onChange((state) => {
    if (reset !== null) reset.disabled = !board.isZoomed;
    if (log !== null) log.checked = state.isLog;
    tell();
  });
  const tell = (): void => {
    const { cursor, from, to } = board.state;
    if (readout === null) return;
    readout.textContent = cursor === undefined ? `${time.full(from)} — ${time.full(to)}` : time.full(cursor);
  };
  tell();
  switchOfTheme(repaint);
  choiceOfDevice(board);
  momentsOfTables(board);
  whenPrinting(repaint, makeAll);
}

/** Dark or light as the system has it, until somebody wants the other. */
function switchOfTheme(repaint: () => void): void {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  document.querySelector("#theme")?.addEventListener("click", () => {
    const isDark = root.dataset["theme"] === undefined ? system.matches : root.dataset["theme"] === "dark";
    root.dataset["theme"] = isDark ? "light" : "dark";
    repaint();
  });
  system.addEventListener("change", repaint);
}

/** All GPUs, or one. */
function choiceOfDevice(board: Board): void {
  const choice = document.querySelector<HTMLElement>(".devices");
  if (choice === null) return;
  choice.hidden = false;
  choice.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    board.change({ device: event.target.value === "" ? undefined : event.target.value });
  });
}

/** A time in a table moves the cursor there, and shows the first chart. */
function momentsOfTables(board: Board): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-time]") : null;
    if (button === null) return;
    board.point(Number(button.dataset["time"]) / 1000);
    document.querySelector<HTMLElement>("[data-chart] .plot")?.focus({ preventScroll: true });
    document.querySelector("[data-chart]")?.scrollIntoView({ block: "center" });
  });
}

/** Paper is light. */
function whenPrinting(repaint: () => void, makeAll: () => void): void {
  const root = document.documentElement;
  let before: string | undefined;
  addEventListener("beforeprint", () => {
    before = root.dataset["theme"];
    root.dataset["theme"] = "light";
    makeAll();
    repaint();
  });
  addEventListener("afterprint", () => {
    if (before === undefined) delete root.dataset["theme"];
    else root.dataset["theme"] = before;
    repaint();
  });
}
