const ESCAPE = 0x1b;

/** Private modes of a terminal emulator that a program sets and is to set back, with what they are at first. */
const OFF_AT_FIRST = [1, 9, 47, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1047, 1049, 2004, 2026] as const;
const ON_AT_FIRST = [7, 25] as const;

const SECOND_SCREEN: readonly number[] = [47, 1047, 1049];

/** `ESC [ ? 1049 ; 25 h` sets modes, `l` resets them; `ESC c` resets everything. */
// oxlint-disable-next-line no-control-regex
const MODE_CHANGE = /\x1b(?:\[\?([\d;]+)([hl])|c)/g;
/** A sequence that may go on in the next piece. */
// oxlint-disable-next-line no-control-regex
const CUT_SHORT = /\x1b(?:\[(?:\?[\d;]{0,40})?)?$/;
// oxlint-disable-next-line no-control-regex
const LEAVES_SECOND_SCREEN = /\x1b\[\?(?:1049|1047|47)l/;

/**
 * What a program has done to the terminal emulator that others would suffer from: its second screen, a hidden cursor,
 * reports of the mouse. Fed with everything that is printed. DEC private modes: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
 */
export class ScreenState {
  /** Modes that are not as at first. */
  readonly #changed = new Set<number>();
  #rest = "";

  /** Returns whether anything is another than before. */
  take(bytes: Uint8Array): boolean {
    if (this.#rest === "" && !bytes.includes(ESCAPE)) return false;
    const before = [...this.#changed].join();
    const text = this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    for (const [, modes, action] of text.matchAll(MODE_CHANGE)) this.#change(modes, action === "h");
    this.#rest = CUT_SHORT.exec(text)?.[0] ?? "";
    return [...this.#changed].join() !== before;
  }

  /** Whether a full-screen program is up: a line between its own would stand in its picture. */
  get isSecondScreen(): boolean {
    return SECOND_SCREEN.some((mode) => this.#changed.has(mode));
  }

  get isCursorHidden(): boolean {
    return this.#changed.has(25);
  }

  /** What sets everything back; empty where nothing is to be set back. */
  reset(): string {
    const modes = [...this.#changed].toSorted((a, b) => Number(isScreen(b)) - Number(isScreen(a)));
    const back = modes.map((mode) => `\x1b[?${mode}${isOnAtFirst(mode) ? "h" : "l"}`).join("");
    // The margins first: leaving the second screen puts the cursor back to where it was.
    return `${this.isSecondScreen ? "\x1b[r" : ""}${back}${back === "" ? "" : "\x1b[0m"}`;
  }

  #change(modes: string | undefined, on: boolean): void {
    if (modes === undefined) {
      this.#changed.clear();
      return;
    }
    for (const mode of modes.split(";").map(Number)) {
      if (!isOnAtFirst(mode) && !isOffAtFirst(mode)) continue;
      if (on === isOnAtFirst(mode)) this.#changed.delete(mode);
      else this.#changed.add(mode);
    }
  }
}

/** Where a piece of output leaves the second screen: the position behind that sequence. */
export function endOfSecondScreen(bytes: Uint8Array): number | undefined {
  if (!bytes.includes(ESCAPE)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const match = LEAVES_SECOND_SCREEN.exec(text);
  return match === null ? undefined : match.index + match[0].length;
}

function isScreen(mode: number): boolean {
  return SECOND_SCREEN.includes(mode);
}

function isOnAtFirst(mode: number): boolean {
  return ON_AT_FIRST.some((one) => one === mode);
}

function isOffAtFirst(mode: number): boolean {
  return OFF_AT_FIRST.some((one) => one === mode);
}
