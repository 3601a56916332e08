import type { ChartLine, LineReading } from "./chart-lines.ts";
import { dashOf, type Palette } from "./palette.ts";

/** The names of a chart's lines with their colours; each can be switched off and on. What a line has at the cursor stands beside it. */
export class Legend {
  readonly #items: readonly {
    readonly line: ChartLine;
    readonly button: HTMLElement;
    readonly value: HTMLElement;
    readonly swatch: SVGElement;
    readonly index: number;
  }[];

  constructor(place: HTMLElement, title: string, lines: readonly ChartLine[], onToggle: (line: ChartLine) => void) {
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", "Lines");
    this.#items = lines.map((line, index) => {
      const swatch = swatchOf(index);
      const value = element("span", "value");
      const button = element("button", "line");
      button.setAttribute("type", "button");
      button.setAttribute("aria-pressed", "true");
      const name = element("span", "name");
      name.textContent = line.label;
      // The heading says it already.
      if (lines.length === 1 && line.label === title) name.classList.add("visually-hidden");
      button.append(swatch, name, value);
      button.addEventListener("click", () => {
        line.isShown = !line.isShown;
        button.setAttribute("aria-pressed", String(line.isShown));
        onToggle(line);
      });
      place.append(button);
      return { line, button, value, swatch, index };
    });
  }

  paint(palette: Palette): void {
    for (const { swatch, index } of this.#items) swatch.setAttribute("stroke", palette.line(index));
  }

  /** Shows which lines are on. */
  press(): void {
    for (const { button, line } of this.#items) button.setAttribute("aria-pressed", String(line.isShown));
  }

  /** @param isLast the readings are those at the end, for want of a cursor */
  tell(readings: readonly LineReading[], isLast: boolean): void {
    for (const { value, index } of this.#items) {
      const reading = readings.find((one) => one.index === index);
      value.textContent = (isLast ? (reading?.line.last ?? reading?.short) : reading?.text) ?? "";
    }
  }
}

function swatchOf(index: number): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const swatch = document.createElementNS(space, "svg");
  swatch.setAttribute("viewBox", "0 0 18 4");
  swatch.setAttribute("class", "swatch");
  swatch.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "line");
  for (const [name, value] of [
    ["x1", "0"],
    ["x2", "18"],
    ["y1", "2"],
    ["y2", "2"],
    ["stroke-width", "3"],
  ] as const) {
    line.setAttribute(name, value);
  }
  const dash = dashOf(index);
  if (dash !== undefined) line.setAttribute("stroke-dasharray", dash.join(" "));
  swatch.append(line);
  return swatch;
}

function element(name: string, className: string): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  return made;
}
