import { unitKind } from "./numbers.ts";
import { type Token, tokenAt } from "./tokens.ts";

/** The word behind a number when it is a unit and not the next name. */
export function spacedUnit(tokens: readonly Token[], index: number): string | undefined {
  const [word, after] = [tokens[index + 1], tokens[index + 2]];
  if (word?.kind !== "word" || word.gap !== "blank") return undefined;
  if (after?.kind === "separator") return undefined;
  const text = word.text.endsWith(".") ? word.text.slice(0, -1) : word.text;
  if (unitKind(text) === "unknown") return undefined;
  return text;
}

/** Whether words that are no unit and no next name follow: `train: 3668 examples, dev: …`. */
export function isSentence(tokens: readonly Token[], end: number): boolean {
  let index = end + 1;
  if (tokens[index]?.gap === "wide") return false;
  while (tokens[index]?.kind === "word" && tokens[index]?.text !== "/") index += 1;
  if (index === end + 1) return false;
  const after = tokens[index]?.kind;
  return after === undefined || after === "mark" || after === "close" || after === "junk";
}

/** `train.py:37`, `(trainer:653)`, `localhost:8080`. */
export function isLocation(name: string, tokens: readonly Token[], index: number): boolean {
  // A file, and the line in it.
  if (name.includes(".") && /\.(?:py|pyx|cpp|cc|cu|c|h|js|ts|rs|go|jl|java)$/.test(name)) return true;
  const [number, sign] = [tokens[index], tokenAt(tokens, index - 1)];
  const [word, before] = [tokenAt(tokens, index - 2), tokenAt(tokens, index - 3)];
  // An image and its version: `docker.io/library/python:3.10`.
  if (sign?.text === ":" && number?.gap === "none" && /\w\.\w+\//.test(name)) return true;
  if (sign?.text !== ":" || sign.gap !== "none" || number?.gap !== "none" || !isWhole(number)) return false;
  return name.includes(".") || (before?.kind === "open" && word?.gap === "none") || name.endsWith("host");
}

/** Whether the tokens from `from` to `to` are all there is between two separators. */
export function isCell(tokens: readonly Token[], from: number, to: number): boolean {
  const [before, after] = [tokenAt(tokens, from - 1), tokens[to + 1]];
  const begins = before === undefined || tokens[from]?.gap === "wide" || isCellEdge(before);
  return (
    begins && (after === undefined || after.gap === "wide" || isCellEdge(after) || isFullStop(after, tokens[to + 2]))
  );
}

/** A rate may also stand behind another and in front of a bracket's end: `(80.6 ms, 50798 tok/s)`, `[ 0.2s | 65 img/s ]`. */
export function isRateCell(tokens: readonly Token[], index: number, end: number): boolean {
  if (isCell(tokens, index, end)) return true;
  const [before, after] = [tokenAt(tokens, index - 1), tokens[end + 1]];
  const begins =
    before !== undefined && (isCellEdge(before) || (before.kind === "word" && unitKind(before.text) === "rate"));
  if (!begins || after === undefined || after.kind === "close" || after.kind === "number" || after.gap === "wide")
    return begins;
  // `63.1 samples/s 1.25 updates/s loss=4.5`
  return after.kind === "word" && tokens[end + 2]?.kind === "separator";
}

/** `|`, `,`, and a colon between blanks. */
function isCellEdge({ text, gap }: Token): boolean {
  switch (text) {
    case "|":
    case ",":
    case ";":
    case "-":
      return true;
  }
  return text === ":" && gap !== "none";
}

/** Whether the line or its sentence is over behind the token at `to`. */
export function endsClause(tokens: readonly Token[], to: number): boolean {
  const after = tokens[to + 1];
  return after === undefined || isFullStop(after, tokens[to + 2]);
}

function isFullStop({ text }: Token, next: Token | undefined): boolean {
  return text === "." && (next === undefined || next.gap !== "none");
}

/** Whether a token is a whole number without sign and unit. */
export function isWhole(token: Token | undefined): token is Token {
  return token?.kind === "number" && /^\d+$/.test(token.number) && token.unit === "";
}
