import xterm from "@xterm/headless";

type Terminal = xterm.Terminal;
type Cell = NonNullable<ReturnType<NonNullable<ReturnType<Terminal["buffer"]["active"]["getLine"]>>["getCell"]>>;

/** What a person sees, in full: two terminals that look the same are equal. */
export interface Look {
  /** Text of each row, without the blanks at its end. */
  readonly rows: readonly string[];
  /** Of each row, its stretches of one style, but for those in the usual one: `bold fg1 "abc"`. */
  readonly styles: readonly string[];
  /** Column and row, counted from 0. */
  readonly cursor: readonly [number, number];
  readonly isCursorHidden: boolean;
  /** `alternate`: the second screen of a full-screen program. */
  readonly buffer: "normal" | "alternate";
  /** What the program has asked of the terminal: how keys, pastes and the mouse are reported. */
  readonly modes: Readonly<Record<string, unknown>>;
}

/** What an emulator answers when it is asked for its colours: light grey on black. */
const COLOURS: Readonly<Record<number, string>> = { 10: "rgb:e5e5/e5e5/e5e5", 11: "rgb:0000/0000/0000" };

/** A terminal emulator without a window. */
export class Emulator {
  readonly #terminal: Terminal;
  #isCursorHidden = false;

  /** @param reply takes what the emulator answers to a program that asks it */
  constructor(columns: number, rows: number, reply: (text: string) => void) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 2000 });
    this.#terminal.onData(reply);
    for (const [number, colour] of Object.entries(COLOURS)) {
      this.#terminal.parser.registerOscHandler(Number(number), (asked) => {
        if (asked === "?") reply(`\x1b]${number};${colour}\x1b\\`);
        return true;
      });
    }
    const onCursorMode = (isHidden: boolean) => (modes: (number | number[])[]) => {
      if (modes.includes(25)) this.#isCursorHidden = isHidden;
      return false;
    };
    this.#terminal.parser.registerCsiHandler({ prefix: "?", final: "l" }, onCursorMode(true));
    this.#terminal.parser.registerCsiHandler({ prefix: "?", final: "h" }, onCursorMode(false));
  }

  /** Shows these bytes; `done` when they are on the screen. */
  write(bytes: Uint8Array, done: () => void): void {
    this.#terminal.write(bytes, done);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** The rows of the screen, without the blanks at their ends. */
  rows(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) => this.#line(active.viewportY + row));
  }

  /** Everything that was shown, also what has left the screen at its top. */
  history(): string[] {
    return Array.from({ length: this.#terminal.buffer.active.length }, (_, row) => this.#line(row));
  }

  look(): Look {
    const { active } = this.#terminal.buffer;
    const styles = this.rows().map((_, row) => this.#styles(active.viewportY + row));
    return {
      rows: this.rows(),
      styles,
      cursor: [active.cursorX, active.cursorY],
      isCursorHidden: this.#isCursorHidden,
      buffer: active.type,
      modes: { ...this.#terminal.modes },
    };
  }

  #line(row: number): string {
    return this.#terminal.buffer.active.getLine(row)?.translateToString(true) ?? "";
  }

  #styles(row: number): string {
    const line = this.#terminal.buffer.active.getLine(row);
    const stretches: { style: string; text: string }[] = [];
    for (let column = 0; column < this.#terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      if (!cell) continue;
      const style = styleOf(cell);
      const last = stretches.at(-1);
      if (last?.style === style) last.text += cell.getChars();
      else stretches.push({ style, text: cell.getChars() });
    }
    const told = stretches.filter(({ style }) => style !== "");
    return told.map(({ style, text }) => `${style} ${JSON.stringify(text)}`).join(", ");
  }
}

function styleOf(cell: Cell): string {
  const words = [
    cell.isBold() ? "bold" : "",
    cell.isDim() ? "dim" : "",
    cell.isItalic() ? "italic" : "",
    cell.isUnderline() ? "underline" : "",
    cell.isInverse() ? "inverse" : "",
    cell.isFgDefault() ? "" : `fg${cell.getFgColor()}`,
    cell.isBgDefault() ? "" : `bg${cell.getBgColor()}`,
  ];
  return words.filter((word) => word !== "").join(" ");
}
