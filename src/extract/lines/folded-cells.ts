import type { LineHandler } from "./console-lines.ts";
import type { HeldLine } from "../objects/open-objects.ts";
import { searchableText } from "./terminal-text.ts";

const [BLANK, COLON, RETURN, LETTER_M] = [0x20, 0x3a, 0x0d, 0x6d];

/** With fewer blanks in front, a line begins at the edge of the screen or is a part of a list. */
const LEAST_INDENT = 8;

/**
 * The last cell of a display that is too narrow for it goes on below, and a name may be parted from its number:
 *
 *     Epoch 3/9  ━━━━━━━━ 10/10 0:00:01 v_num: 0  train_loss:
 *                                                 0.104 val_loss:
 *                                                 0.115
 */
export interface FoldedCells {
  /** Hands the line on, or keeps it where its last name has its number in the next line. */
  put: LineHandler;
  isOpen(): boolean;
  /** No more lines come. */
  flush(): void;
  /** What is remembered between two lines. */
  memory(): HeldLine | undefined;
  recall(line: HeldLine | undefined): void;
}

export function createFoldedCells(onLine: LineHandler): FoldedCells {
  let held: HeldLine | undefined;
  let heldText = "";

  function flush(): void {
    const line = held;
    held = undefined;
    if (line !== undefined) onLine(line.bytes, 0, line.bytes.length, line.timestamp, line.offset);
  }

  function hold(line: HeldLine, text: string): void {
    held = line;
    heldText = text;
  }

  return {
    put(bytes, start, end, timestamp, offset) {
      if (held === undefined && !mayBeFolded(bytes, start, end)) return onLine(bytes, start, end, timestamp, offset);
      const text = searchableText(bytes, start, end);
      const joined = held === undefined ? undefined : joinedText(heldText, text);
      if (joined === undefined) flush();
      held = undefined;
      const whole = joined ?? text;
      if (LEFT_OPEN.test(whole) && (indentOf(whole) >= LEAST_INDENT || whole.includes("\u2501"))) {
        hold({ bytes: Buffer.from(whole), timestamp, offset }, whole);
      } else if (joined === undefined) {
        onLine(bytes, start, end, timestamp, offset);
      } else {
        const line = Buffer.from(whole);
        onLine(line, 0, line.length, timestamp, offset);
      }
    },
    isOpen: () => held !== undefined,
    flush,
    memory: () => held,
    recall(line) {
      held = line;
      heldText = line === undefined ? "" : searchableText(line.bytes);
    },
  };
}

/** A name without its number. */
const LEFT_OPEN = /[\p{L}\p{N}_)]:$/u;

/** Whether a line ends with a colon, perhaps with the end of a colour behind it; most lines are told by their last byte. */
function mayBeFolded(bytes: Uint8Array, start: number, end: number): boolean {
  let last = end - 1;
  while (last > start && (bytes[last] === BLANK || bytes[last] === RETURN)) last -= 1;
  return bytes[last] === COLON || (bytes[last] === LETTER_M && bytes[last - 3] === 0x1b);
}

/** Both lines as one, where the second stands in the same column and begins with a number. */
function joinedText(text: string, below: string): string | undefined {
  const indent = indentOf(below);
  if (indent < LEAST_INDENT || !/^[-+]?[.\d]|^(?:nan|inf)\b/i.test(below.slice(indent))) return undefined;
  const own = indentOf(text);
  return own >= LEAST_INDENT && own !== indent ? undefined : `${text} ${below.slice(indent)}`;
}

function indentOf(text: string): number {
  return text.search(/\S|$/);
}
