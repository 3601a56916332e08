import { isRateWord, unitKind } from "../tokens/numbers.ts";
import { type Token, tokenAt } from "../tokens/tokens.ts";

/** The word behind a number when it is a unit and not the next name. */
export function spacedUnit(tokens: readonly Token[], index: number): string | undefined {
  const [word, after] = [tokens[index + 1], tokens[index + 2]];
  if (word?.kind !== "word" || word.gap !== "blank") return undefined;
  if (after?.kind === "separator") return undefined;
  // `loss 0.5 fps 30`, `fps step: 123 fps total: 112`
  if (isRateWord(word.text) && (after?.kind === "number" || (after?.kind === "word" && after.gap === "blank")))
    return undefined;
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

/** `train.py:37`, `(trainer:653)`, `localhost:8080`, `cuda:0`. */
export function isLocation(name: string, tokens: readonly Token[], index: number): boolean {
  // A file, and the line in it.
  if (name.includes(".") && /\.(?:py|pyx|cpp|cc|cu|c|h|js|ts|rs|go|jl|java)$/.test(name)) return true;
  const [number, sign] = [tokens[index], tokenAt(tokens, index - 1)];
  const [word, before] = [tokenAt(tokens, index - 2), tokenAt(tokens, index - 3)];
  // An image and its version: `docker.io/library/python:3.10`.
  if (sign?.text === ":" && number?.gap === "none" && /\w\.\w+\//.test(name)) return true;
  if (sign?.text !== ":" || sign.gap !== "none" || number?.gap !== "none" || !isWhole(number)) return false;
  return name.includes(".") || (before?.kind === "open" && word?.gap === "none") || /(?:host|cuda)$/.test(name);
}

/** Whether the tokens from `from` to `to` are all there is between two separators. */
export function isCell(tokens: readonly Token[], from: number, to: number): boolean {
  const [before, after] = [tokenAt(tokens, from - 1), tokens[to + 1]];
  const begins = before === undefined || tokens[from]?.gap === "wide" || isCellEdge(before);
  return (
    begins && (after === undefined || after.gap === "wide" || isCellEdge(after) || isFullStop(after, tokens[to + 2]))
  );
}

/**
 * The name and the last token of a rate that is a cell of its own, with what it is of: `123.4 img/sec per GPU`. `end` is the
 * index of its unit.
 */
export function rateCell(
  tokens: readonly Token[],
  unit: string,
  index: number,
  end: number,
): { readonly name: string; readonly end: number } | undefined {
  const [per, shared] = [tokens[end + 1], tokens[end + 2]];
  if (per?.text === "per" && shared?.kind === "word" && isRateCell(tokens, index, end + 2))
    return { name: `${unit}_per_${shared.text}`, end: end + 2 };
  return isRateCell(tokens, index, end) ? { name: unit, end } : undefined;
}

/** A rate may also stand behind another and in front of a bracket's end: `(80.6 ms, 50798 tok/s)`, `[ 0.2s | 65 img/s ]`. */
function isRateCell(tokens: readonly Token[], index: number, end: number): boolean {
  if (isCell(tokens, index, end)) return true;
  const [before, after] = [tokenAt(tokens, index - 1), tokens[end + 1]];
  // `Iter #3: 123.4 img/sec`
  const isOfPosition = before?.text === ":" && tokenAt(tokens, index - 2)?.kind === "number";
  const begins =
    before !== undefined &&
    (isOfPosition ||
      isCellEdge(before) ||
      before.text === "(" ||
      (before.kind === "word" && unitKind(before.text) === "rate"));
  if (!begins || after === undefined || after.kind === "close" || after.kind === "number" || after.gap === "wide")
    return begins;
  if (after.text === "," || after.text === ";") return before.text === "(";
  // `63.1 samples/s 1.25 updates/s loss=4.5`
  return after.kind === "word" && tokens[end + 2]?.kind === "separator";
}

/** `1234.5 examples/sec`, `1234.5 examples/sec on cuda:0`: whether the rate whose unit is at `end` is what the line says. */
export function isRateLine(tokens: readonly Token[], index: number, end: number): boolean {
  const on = tokens[end + 1];
  return index === 0 && (on === undefined || (on.text === "on" && on.gap === "blank"));
}

/** `|`, `,`, and a colon or a slash between blanks. */
function isCellEdge({ text, gap }: Token): boolean {
  switch (text) {
    case "|":
    case ",":
    case ";":
    case "-":
      return true;
  }
  return (text === ":" || text === "/") && gap !== "none";
}

/** Whether the line or its sentence is over behind the token at `to`. */
export function endsClause(tokens: readonly Token[], to: number): boolean {
  const after = tokens[to + 1];
  return after === undefined || isFullStop(after, tokens[to + 2]);
}

function isFullStop({ text }: Token, next: Token | undefined): boolean {
  return text === "." && (next === undefined || next.gap !== "none");
}

/** What the learning rate is called that becomes the number: `reducing learning rate of group 0 to 0.01`, `lr changed from 0.1 to 0.01`. */
export function changedRate(tokens: readonly Token[], index: number): string | undefined {
  if (tokenAt(tokens, index - 1)?.text !== "to") return undefined;
  for (let at = index - 2; at >= 0 && at > index - 7; at -= 1) {
    const { kind, text } = tokens[at] as Token;
    if (kind === "word" && /^lr$/i.test(text)) return text;
    if (kind === "word" && /^rate$/i.test(text) && /^learning$/i.test(tokenAt(tokens, at - 1)?.text ?? ""))
      return `${tokenAt(tokens, at - 1)?.text}_${text}`;
    if (kind !== "number" && !(kind === "word" && CHANGED.test(text))) return undefined;
  }
  return undefined;
}

/** What may stand between a learning rate and the number that it becomes. */
const CHANGED =
  /^(?:of|group|param|from|is|was|now|set|reset|reduced|changed|updated|adjusted|decayed|dropped|lowered|decreased)$/i;

/** Whether a token is a whole number without sign and unit. */
export function isWhole(token: Token | undefined): token is Token {
  return token?.kind === "number" && /^\d+$/.test(token.number) && token.unit === "";
}
