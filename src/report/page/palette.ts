/** The colours that are drawn with, as the page's style has them now. */
export class Palette {
  #lines: readonly string[] = [];
  #named: ReadonlyMap<string, string> = new Map();

  constructor() {
    this.read();
  }

  /** Looks again, after a change between light and dark. */
  read(): void {
    const style = getComputedStyle(document.documentElement);
    const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    this.#lines = Array.from({ length: 8 }, (_, index) => color(`line-${index}`));
    this.#named = new Map(
      ["text", "quiet", "grid", "info", "alert", "critical", "epoch", "checkpoint", "warning", "error"].map((name) => [
        name,
        color(name),
      ]),
    );
  }

  line(index: number): string {
    return this.#lines[index % this.#lines.length] ?? "gray";
  }

  named(name: string): string {
    return this.#named.get(name) ?? "gray";
  }
}

/** Lines beyond the colours are told apart by their dashes. */
export function dashOf(index: number): number[] | undefined {
  return [undefined, [6, 4], [2, 3]][Math.floor(index / 8) % 3];
}
