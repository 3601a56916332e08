import { isSplitWord } from "../../names/names.ts";
import { put, type Scan } from "../pair-scan.ts";
import { enterSection } from "../sections.ts";
import { isWhole } from "../surroundings.ts";

/** `Gradient Descent(3/49): loss=0.5`: a title with its counter. The answer is the index behind the sign, or 0. */
export function titledPosition(scan: Scan): number {
  const { tokens, names } = scan;
  let at = 0;
  while (at < 4 && tokens[at]?.kind === "word") at += 1;
  const [open, fraction, close, sign] = tokens.slice(at, at + 4);
  if (at === 0 || open?.text !== "(" || fraction?.kind !== "fraction" || close?.text !== ")" || sign?.text !== ":")
    return 0;
  const title = tokens[at - 1]?.text ?? "";
  if (names.rankOf(title) > 0 || names.kindOf(title) === "metric" || isSplitWord(title.toLowerCase())) return 0;
  put(scan, "iteration", fraction.number, at + 1);
  return at + 4;
}

/** `Interval 6 (50000 steps performed)`: how far it is, behind a counted title. The answer is as above. */
export function performedPosition(scan: Scan): number {
  const [title, count, open, number, unit, done] = scan.tokens;
  if (title?.kind !== "word" || open?.text !== "(" || !isWhole(count) || !isWhole(number)) return 0;
  if (!DONE.test(done?.text ?? "") || scan.names.rankOf(unit?.text ?? "") === 0) return 0;
  put(scan, "epoch", count.number, 1);
  put(scan, (unit?.text ?? "").replace(/s$/, ""), number.number, 3);
  return scan.tokens.length;
}

const DONE = /^(?:performed|done|taken|completed|so)$/;

/** What a letter is short for, where it stands behind a split's name. */
const LETTERS: Readonly<Record<string, string>> = { E: "ep", F: "frame", I: "iteration", S: "step" };

/** `train | E: 5 | S: 5000 | R: 121.3`, where `E` alone could be an energy. The answer is the index to go on from, or 0. */
export function letteredPositions(scan: Scan): number {
  const { tokens } = scan;
  if (tokens[0]?.kind !== "word" || !isSplitWord(tokens[0].text.toLowerCase())) return 0;
  let index = 1;
  for (;;) {
    const at = tokens[index]?.text === "|" ? index + 1 : index;
    const [letter, sign, number] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    const key = letter?.text.length === 1 ? LETTERS[letter.text] : undefined;
    if (key === undefined || sign?.text !== ":" || !/^\d[\d,]*$/.test(number?.text ?? "")) break;
    put(scan, key, number?.number ?? "", at + 2);
    index = at + 3;
  }
  if (index === 1) return 0;
  enterSection(scan, [tokens[0].text]);
  return index;
}
