const SECOND = 1000;
const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
};
/** Other ways to write a unit. */
const SYNONYMS: Readonly<Record<string, string>> = {
  sec: "s",
  second: "s",
  min: "m",
  minute: "m",
  hr: "h",
  hour: "h",
  day: "d",
  millisecond: "ms",
};
const PARTS = /(\d+\.?\d*|\.\d+)\s*([a-z]+)\s*/gy;

/** Longest duration of a rule: a year. */
const MOST = 366 * 86_400 * SECOND;

/**
 * The milliseconds of `30s`, `15 min` or `1h30m`. `undefined`: it is no duration, or none that anybody means: 0, or more
 * than a year.
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  let milliseconds = 0;
  let end = 0;
  for (const match of trimmed.matchAll(PARTS)) {
    const unit = unitOf(match[2] ?? "");
    if (unit === undefined) return undefined;
    milliseconds += Number(match[1]) * unit;
    end = match.index + match[0].length;
  }
  return end === trimmed.length && milliseconds > 0 && milliseconds <= MOST ? milliseconds : undefined;
}

/** A duration in the shortest form that `parseDuration` reads: `90s`, `15m`. */
export function durationText(milliseconds: number): string {
  const [name, size] = Object.entries(UNITS)
    .toReversed()
    .find(([, size]) => milliseconds >= size && Number.isInteger(milliseconds / size)) ?? ["ms", 1];
  return `${milliseconds / size}${name}`;
}

function unitOf(word: string): number | undefined {
  const singular = word.length > 2 && word.endsWith("s") && word !== "ms" ? word.slice(0, -1) : word;
  return UNITS[SYNONYMS[singular] ?? singular];
}
