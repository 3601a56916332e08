import { tokenAt } from "../tokens/tokens.ts";
import type { Scan } from "./pair-scan.ts";
import { isLocation, isWhole } from "./surroundings.ts";

/** Whether the number behind this name and its sign is no value of it: a place in a file, an array, the end of a sentence. */
export function isNoPair(scan: Scan, name: string, index: number): boolean {
  return (
    isLocation(name, scan.tokens, index) ||
    isVector(scan, name, index) ||
    isGluedList(scan, name, index) ||
    isLeftOver(scan, name, index) ||
    isCondition(scan, index) ||
    isBound(scan, index)
  );
}

/** `Validation rate: 0.61 @ FAR=0.001`, `Task: TPR@FPR=0.001`: at what the number in front or behind was taken. */
function isCondition({ tokens }: Scan, index: number): boolean {
  if (tokenAt(tokens, index - 1)?.text === "=" && AT.test(tokenAt(tokens, index - 2)?.text ?? "")) return true;
  const [at, sign] = [tokenAt(tokens, index - 3), tokenAt(tokens, index - 1)];
  return at?.text === "@" && at.gap !== "none" && sign?.text === "=" && tokenAt(tokens, index - 4)?.kind === "number";
}

/** The words that a score is taken at a value of. */
export const AT = /@(?:iou|fpr|far|fmr)$/i;

/** `improved by 0.05 >= min_delta = 0.0`: what something was compared with. */
function isBound({ tokens }: Scan, index: number): boolean {
  const [sign, equals] = [tokenAt(tokens, index - 4), tokenAt(tokens, index - 3)];
  return equals?.text === "=" && equals.gap === "none" && (sign?.text === ">" || sign?.text === "<");
}

/**
 * `score range: [0.25, 0.75]`, `rotation angles: [0.0101 3.1415]`, `solution: (0.5, 0.25, 1.5)`: an array of something that nobody would plot by its first
 * number.
 */
function isVector({ tokens, names }: Scan, name: string, index: number): boolean {
  if (tokenAt(tokens, index - 1)?.kind !== "open" || names.kindOf(name) !== "unknown") return false;
  const [next, second, third] = [tokens[index + 1], tokens[index + 2], tokens[index + 3]];
  if (next?.kind === "number") return true;
  // `shape: (3, 4)`
  const isLong = third?.text === "," || (isWhole(tokens[index]) && isWhole(second));
  const isOfTwo = /(?:range|bounds|limits|interval)$/i.test(name);
  return next?.text === "," && second?.kind === "number" && (isLong || isOfTwo);
}

/** `copypaste: 38.13,58.13,41.13`: the same without a bracket. */
function isGluedList({ tokens, names }: Scan, name: string, index: number): boolean {
  const [next, second] = [tokens[index + 1], tokens[index + 2]];
  return (
    next?.text === "," &&
    next.gap === "none" &&
    second?.kind === "number" &&
    second.gap === "none" &&
    names.kindOf(name) === "unknown"
  );
}

/** What is left behind the position of `time consuming of epoch 3 is: 29.9`. */
function isLeftOver({ tokens }: Scan, name: string, index: number): boolean {
  if (!/^(?:is|was|are)$/.test(name)) return false;
  return tokenAt(tokens, index - 3)?.kind === "number" && tokenAt(tokens, index - 4)?.kind === "word";
}
