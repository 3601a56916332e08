import { inEnglish } from "./other-languages.ts";

/** The words of a name in lower case, in English where they are known: `bestValAcc@1` is `best val acc 1`. */
export function wordsOf(name: string): string[] {
  if (isPlain(name)) return inEnglish(name.includes("_") ? name.split("_") : [name]);
  if (isAscii(name) && !HAS_IN_WORD.test(name)) return inEnglish(asciiWordsOf(name));
  // The capital in `mIoU`, in `chrF2` and in `logZ` begins no word.
  const whole = name.replace(IN_WORD, (part) => part.toLowerCase());
  const spaced = /[\p{Ll}\p{N}]\p{Lu}/u.test(whole) ? whole.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2") : whole;
  return inEnglish(spaced.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

const IN_WORD = /(?<=I)oU|chrF|(?<![\p{L}\p{N}])log\p{Lu}(?!\p{L})/gu;

const HAS_IN_WORD = /IoU|chrF|log/;

function isAscii(name: string): boolean {
  for (let at = 0; at < name.length; at += 1) if (name.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** The same by its characters, where no capital stands within a word: many times quicker than by patterns. */
function asciiWordsOf(name: string): string[] {
  const words: string[] = [];
  const lower = name.toLowerCase();
  let start = -1;
  let before = 0;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    const isCapital = code >= 0x41 && code <= 0x5a;
    const isSmall = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
    // `lossMask`, `top5Acc`
    const ends = isCapital ? before === SMALL : !isSmall;
    if (ends && start !== -1) {
      words.push(lower.slice(start, at));
      start = -1;
    }
    if (start === -1 && (isCapital || isSmall)) start = at;
    before = isSmall ? SMALL : 0;
  }
  if (start !== -1) words.push(lower.slice(start));
  return words;
}

const SMALL = 1;

/** Lower case of ASCII, digits, and one `_` between two of them: most names. */
function isPlain(name: string): boolean {
  let before = UNDERSCORE;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    const isPart = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
    if (!isPart && (code !== UNDERSCORE || before === UNDERSCORE)) return false;
    before = code;
  }
  return before !== UNDERSCORE;
}

const UNDERSCORE = 0x5f;
