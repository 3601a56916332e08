import { addBracketed, addListed, addOverWindows, addParts } from "./listed-values.ts";
import { reset, type Scan } from "./pair-scan.ts";
import { isListOfMetric, isOfSettings, saysWhere } from "./pair-signs.ts";
import { closingOf } from "./parentheses.ts";
import { enterBracket, enterSection } from "./sections.ts";
import { addSplits } from "./slashed-values.ts";
import { isWhole } from "./surroundings.ts";

/** Reads what begins with the bracket at `index`; the answer is the index of the last token read. */
export function readOpen(scan: Scan, index: number): number {
  const [word, close] = [scan.tokens[index + 1], scan.tokens[index + 2]];
  const listEnd = word?.kind === "number" ? addListed(scan, index) : undefined;
  if (listEnd !== undefined) {
    reset(scan);
    return listEnd;
  }
  const splitsEnd = word?.kind === "word" ? addSplits(scan, index + 1) : -1;
  if (splitsEnd !== -1) {
    reset(scan);
    return splitsEnd;
  }
  if (scan.separator) {
    // `reward: [(0, '0.82')]`: which of them, and its value
    if (word?.text === "(" && isWhole(close) && scan.tokens[index + 3]?.text === ",")
      return scan.tokens[index + 4]?.text === "'" ? index + 4 : index + 3;
    // `lr=[5e-05, 5e-05]`, `lr:(1e-3,)`: the first number of the list counts.
    if (word?.kind !== "word" || !isOfSettings(scan)) return index;
    // `Normalizer: (iou: 0.75, cls: 1.0)`
    reset(scan);
    return closingOf(scan.tokens, index);
  }
  // `PSNR: 33.5 (Best: 34.25 @epoch 11)`: where another value was.
  if (/^best$/i.test(word?.text ?? "") && saysWhere(scan, index)) {
    reset(scan);
    return closingOf(scan.tokens, index);
  }
  // `Step... (500 | Loss: 0.5)`
  if (close?.text === "|" && isWhole(word) && scan.names.rankOf(scan.words.at(-1) ?? "") > 0) return index;
  // `Dice [0.25, 0.31]`
  if (word?.kind === "number" && isListOfMetric(scan, word, close)) {
    scan.separator = true;
    return index;
  }
  if (word?.kind === "number" && close?.text === "]" && addBracketed(scan, index)) {
    reset(scan);
    return index + 2;
  }
  const windowsEnd = word?.kind === "number" ? addOverWindows(scan, index) : -1;
  if (windowsEnd !== -1) {
    reset(scan);
    return windowsEnd;
  }
  const partsEnd = word?.kind === "word" ? addParts(scan, index) : -1;
  if (partsEnd !== -1) {
    reset(scan);
    return partsEnd;
  }
  // `Test [loss: 0.5, acc: 0.9]`
  if (word?.kind === "word" && !enterSection(scan, scan.words.slice(-1))) enterBracket(scan, index);
  reset(scan);
  // `[train] loss=0.5`
  return word?.kind === "word" && close?.kind === "close" && enterSection(scan, [word.text]) ? index + 2 : index;
}
