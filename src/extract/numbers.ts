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

const TIME = /^(?:[nmuµ]?s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/;
const SIZE = /^(?:[kKMGTP]?i?[Bb](?:ytes?)?|[kKMGTP]i?B\/s(?:ec)?)$/;
const RATE = /^[\p{L}\d_]+\/(?:s|secs?|second)(?:\/[\p{L}]+)*$/u;
const PLAIN =
  /^(?:%|[mk]?eV(?:\/\S+)?|dB|px|Hz|kHz|MHz|x|pts|points|nats|bits|°C?|TFLOP\/?s?\S*|[GTP]?FLOPS?(?:\/s)?)$/i;
const MULTIPLES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, B: 1e9, T: 1e12 };

/** What the unit stands for. */
export function unitKind(unit: string): UnitKind {
  if (TIME.test(unit)) return "time";
  if (SIZE.test(unit)) return "size";
  if (RATE.test(unit)) return "rate";
  return PLAIN.test(unit) ? "plain" : "unknown";
}

/** The factor of a glued `K`, `M`, `G`, `B` or `T`; `undefined` when the unit is none of them. */
export function multipleOf(unit: string): number | undefined {
  return unit.length === 1 && Object.hasOwn(MULTIPLES, unit) ? MULTIPLES[unit] : undefined;
}

/** The value of a printed number: `1,234.5`, `1.2e-3`, `-inf`, `nan`. `undefined` when it is none. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  const plain = trimmed.includes(",") ? trimmed.replace(/(\d),(?=\d{3})/g, "$1") : trimmed;
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(plain)) return Number(plain);
  if (/^[-+]?nan$/i.test(plain)) return Number.NaN;
  if (/^\+?inf(?:inity)?$/i.test(plain)) return Number.POSITIVE_INFINITY;
  return /^-inf(?:inity)?$/i.test(plain) ? Number.NEGATIVE_INFINITY : undefined;
}
