import { thresholdAt } from "./at-threshold.ts";
import { reset, type Scan } from "./pair-scan.ts";
import { isOfNumbered } from "./numbers-of-names.ts";
import { arrowEnd, isOfMetrics, isSeparatorMark, normAt } from "./pair-signs.ts";
import { closingOf } from "./parentheses.ts";
import { enterTitle } from "./sections.ts";
import type { Token } from "../tokens/tokens.ts";

/** Reads the mark at `index`: an arrow, a norm, a sign between a name and its number. The answer is the index of the last token read. */
export function readMark(scan: Scan, token: Token, index: number): number {
  // Of a line of marks, most have no name in front of them.
  if (scan.words.length === 0 && token.text !== "|" && token.text !== "{") {
    reset(scan);
    return index;
  }
  // `Epoch #1`
  if (token.text === "#" && scan.names.rankOf(scan.words.at(-1) ?? "") > 0) return index;
  const tip = token.text === "-" ? arrowEnd(scan, token, index) : undefined;
  if (tip !== undefined) {
    scan.separator = true;
    return tip;
  }
  // `loss #1: 0.5`
  if (token.text === "#" && isOfNumbered(scan, scan.words, index + 1)) {
    scan.words = [...scan.words, `#${scan.tokens[index + 1]?.text}`];
    return index + 1;
  }
  // `train - loss: 0.5`
  if (scan.words.length > 0 && scan.words.length <= 2 && scan.tokens[index + 1]?.kind === "word") enterTitle(scan);
  const threshold = token.text === "@" ? thresholdAt(scan, index) : undefined;
  if (threshold !== undefined) {
    scan.words.push(threshold.text);
    return threshold.end;
  }
  const norm = normAt(scan.tokens, index);
  if (norm !== undefined) {
    scan.words = [norm.name];
    return norm.end;
  }
  // `|proj g|=  1.12D-01`, `Top5-%: 91.5`
  if (
    (token.text === "|" || token.text === "%") &&
    token.gap === "none" &&
    scan.tokens[index + 1]?.kind === "separator"
  )
    return index;
  if (isSeparatorMark(scan, token, index)) {
    scan.separator = true;
    return index;
  }
  // `{| Epoch: 3 | Loss: 0.5 | }` is no object.
  const isFrame = index === 0 && scan.tokens[1]?.text === "|";
  const isSkipped = token.text === "{" && !isFrame && !isOfMetrics(scan);
  reset(scan);
  return isSkipped ? closingOf(scan.tokens, index) : index;
}
