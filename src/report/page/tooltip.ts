import { visible } from "../visible.ts";
import type { Mark } from "../page-data.ts";
import type { LineReading } from "./chart-lines.ts";
import type { Palette } from "./palette.ts";

const MOST_LINES = 12;
const MOST_MARKS = 4;
const GAP_PIXELS = 14;

/** What stands beside the cursor of the chart that the pointer is in. */
export class Tooltip {
  readonly #box = document.createElement("div");
  readonly #palette: Palette;

  constructor(place: HTMLElement, palette: Palette) {
    this.#palette = palette;
    this.#box.className = "tooltip";
    this.#box.hidden = true;
    // The same is in the legend and, with keys, in the live region.
    this.#box.setAttribute("aria-hidden", "true");
    place.append(this.#box);
  }

  /** @param left pixels from the left of the place; `width` is that of the place */
  show(title: string, readings: readonly LineReading[], marks: readonly Mark[], left: number, width: number): void {
    const rows = readings.slice(0, MOST_LINES).map(({ line, index, text }) => this.#row(index, line.label, text));
    const notes = marks.slice(0, MOST_MARKS).map(({ text, kind }) => {
      const note = paragraph("note", visible(text));
      note.style.color = this.#palette.named(kind);
      return note;
    });
    this.#box.replaceChildren(paragraph("when", title), ...rows, ...notes);
    this.#box.hidden = false;
    const { offsetWidth } = this.#box;
    const isRight = left + GAP_PIXELS + offsetWidth > width && left > width / 2;
    const wanted = isRight ? left - GAP_PIXELS - offsetWidth : left + GAP_PIXELS;
    this.#box.style.left = `${Math.max(0, Math.min(wanted, width - offsetWidth))}px`;
  }

  hide(): void {
    this.#box.hidden = true;
  }

  #row(index: number, label: string, text: string): HTMLElement {
    const row = paragraph("row", "");
    const dot = document.createElement("i");
    dot.style.background = this.#palette.line(index);
    const name = document.createElement("span");
    name.textContent = label;
    const value = document.createElement("b");
    value.textContent = text;
    row.append(dot, name, value);
    return row;
  }
}

function paragraph(className: string, text: string): HTMLElement {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}
