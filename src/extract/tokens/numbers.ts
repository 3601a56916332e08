import { EXACT_DIGITS, POWERS } from "./decimal.ts";

/** What a unit behind a number makes of it. */
export type UnitKind =
  /** Part of how the number is printed: `%`, `dB`, `meV`. */
  | "plain"
  /** `ms`, `min`: the number is a duration. */
  | "time"
  /** `GB`, `MiB`: the number is a size. */
  | "size"
  /** `it/s`, `tok/sec`: the number is a rate. */
  | "rate"
  | "unknown";

const TIME = new Set(
  "s ns ms us µs sec secs second seconds m min mins minute minutes h hr hrs hour hours d day days".split(" "),
);
const SIZE = /^(?:[kKMGTP]?i?[Bb](?:ytes?)?|[kKMGTP]i?B\/s(?:ec)?)$/;
const RATE = /^[\p{L}\d_]+\/(?:s|secs?|second)(?:\/[\p{L}]+)*$/u;
/** `wps`, `FPS`: so many words or frames in a second. */
const RATE_WORD = /^[fiqrstuw]ps$/i;
const PLAIN =
  /^(?:%|[mk]?eV(?:\/\S+)?|dB|px|Hz|kHz|MHz|x|pts|points|nats|bits|°C?|TFLOP\/?s?\S*|[GTP]?FLOPS?(?:\/s)?)$/i;
/** `MBytes`, `MiB/sec` */
const LONGEST_SIZE = 7;
const LAST_OF_LATIN_1 = 0xff;
/** What a plain unit that is longer than a size begins with. */
const LONG_PLAIN = /^(?:[mk]?eV\/|°|TFLOP|[GTP]?FLOP)/i;
const MULTIPLES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, B: 1e9, T: 1e12 };

/** What the unit stands for. */
export function unitKind(unit: string): UnitKind {
  if (unit === "%") return "plain";
  // None of the others begins with a letter of another script.
  if (unit.charCodeAt(0) > LAST_OF_LATIN_1) return unit.includes("/") && RATE.test(unit) ? "rate" : "unknown";
  if (TIME.has(unit)) return "time";
  const isLong = unit.length > LONGEST_SIZE;
  if (!isLong && SIZE.test(unit)) return "size";
  if (unit.includes("/") ? RATE.test(unit) : isRateWord(unit)) return "rate";
  if (isLong && !LONG_PLAIN.test(unit)) return "unknown";
  return PLAIN.test(unit) ? "plain" : "unknown";
}

/** Whether a word is that of a rate, as a name or as a unit: `FPS: 30` and `30 FPS`. */
export function isRateWord(word: string): boolean {
  return word.length === 3 && RATE_WORD.test(word);
}

/** The factor of a glued `K`, `M`, `G`, `B` or `T`; `undefined` when the unit is none of them. */
export function multipleOf(unit: string): number | undefined {
  return unit.length === 1 && Object.hasOwn(MULTIPLES, unit) ? MULTIPLES[unit] : undefined;
}

/** The value of a printed number: `1,234.5`, `1.2e-3`, `-inf`, `nan`. `undefined` when it is none. */
export function parseNumber(text: string): number | undefined {
  const value = plainValue(text);
  if (value !== undefined) return value;
  const trimmed = text.trim();
  const plain = trimmed.includes(",") ? trimmed.replace(/(\d),(?=\d{3})/g, "$1") : trimmed;
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(plain)) return Number(plain);
  if (/^[-+]?nan$/i.test(plain)) return Number.NaN;
  if (/^\+?inf(?:inity)?$/i.test(plain)) return Number.POSITIVE_INFINITY;
  return /^-inf(?:inity)?$/i.test(plain) ? Number.NEGATIVE_INFINITY : undefined;
}

/** Of digits, at most one dot between two of them, and nothing else: most numbers. */
function plainValue(text: string): number | undefined {
  let dot = -1;
  let value = 0;
  const last = text.length - 1;
  for (let at = 0; at <= last; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= 0x39) value = value * 10 + code - ZERO;
    else if (code === DOT && dot === -1 && at > 0 && at < last) dot = at;
    else return undefined;
  }
  if (last < 0) return undefined;
  if (text.length > EXACT_DIGITS) return Number(text);
  return dot === -1 ? value : value / (POWERS[last - dot] as number);
}

const [DOT, ZERO] = [0x2e, 0x30];
