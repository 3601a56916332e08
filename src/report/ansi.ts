/** How a piece of a line looks: classes of the page. */
export interface StyledText {
  readonly text: string;
  readonly classes: readonly string[];
}

/** What a terminal is told by escape codes, as far as a page can show it. */
interface Look {
  color: string | undefined;
  isBold: boolean;
  isDim: boolean;
}

// Escape codes as in ECMA-48: control sequences, operating system commands, and those of two characters.
// eslint-disable-next-line no-control-regex -- these are what is looked for
const ESCAPES = /\u001b(?:\[([0-?]*)([ -/]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[()][A-Z0-9]|[=>78DEHMZc])/g;

const COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const FIRST_COLOR = 30;
const FIRST_BRIGHT_COLOR = 90;

/**
 * Lines of output as they looked in the end: colours become classes, other escape codes go, and of what a bar has drawn
 * over itself the last is left.
 */
export function styledLines(text: string): StyledText[][] {
  const look: Look = { color: undefined, isBold: false, isDim: false };
  return text.split("\n").map((line) => styledLine(lastDrawn(line), look));
}

/** A line without escape codes, as it looked in the end. */
export function plainLine(line: string): string {
  return lastDrawn(line).replace(ESCAPES, "");
}

/** What follows the last carriage return, unless that is nothing. */
function lastDrawn(line: string): string {
  const whole = line.replace(/\r+$/, "");
  return whole.slice(whole.lastIndexOf("\r") + 1);
}

function styledLine(line: string, look: Look): StyledText[] {
  const pieces: StyledText[] = [];
  let from = 0;
  for (const match of line.matchAll(ESCAPES)) {
    push(pieces, line.slice(from, match.index), look);
    if (match[3] === "m" && match[2] === "") change(look, match[1] ?? "");
    from = match.index + match[0].length;
  }
  push(pieces, line.slice(from), look);
  return pieces;
}

function push(pieces: StyledText[], text: string, { color, isBold, isDim }: Look): void {
  if (text === "") return;
  const classes = [color, isBold ? "bold" : undefined, isDim ? "dim" : undefined].filter((one) => one !== undefined);
  pieces.push({ text, classes });
}

/** Select Graphic Rendition. Colours of 256 and of 24 bits are passed over, with their numbers. */
function change(look: Look, parameters: string): void {
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) Object.assign(look, { color: undefined, isBold: false, isDim: false });
    else if (code === 1) look.isBold = true;
    else if (code === 2) look.isDim = true;
    else if (code === 22) Object.assign(look, { isBold: false, isDim: false });
    else if (code === 39) look.color = undefined;
    else if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
    else look.color = colorOf(code) ?? look.color;
  }
}

function colorOf(code: number): string | undefined {
  return COLORS[code - FIRST_COLOR] ?? COLORS[code - FIRST_BRIGHT_COLOR];
}
