import { UserError } from "../model/error.ts";

const NUMBER = /^\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The same bounds as of the setting `metrics_interval`: a timer of Node's runs for no longer than 24 days. */
const LONGEST = 86_400;

/** Intervals in seconds, each once, the shortest first. @throws UserError */
export function readIntervals(typed: readonly string[]): number[] {
  const words = typed.flatMap((text) => text.split(","));
  return [...new Set(words.map((word) => readSeconds("--interval", word, "1")))].sort((one, other) => one - other);
}

/** @throws UserError */
export function readSeconds(flag: string, typed: string, instead: string): number {
  const value = NUMBER.test(typed.trim()) ? Number(typed) : Number.NaN;
  if (value > 0 && value <= LONGEST) return value;
  throw new UserError(
    `${flag} is '${typed}', which is no number of seconds above 0 and up to ${LONGEST}; type ${flag} ${instead}`,
  );
}

/** `5` or `5%`. @throws UserError */
export function readPercent(flag: string, typed: string, instead: string): number {
  const digits = typed.trim().replace(/ ?%$/, "");
  const value = NUMBER.test(digits) ? Number(digits) : Number.NaN;
  if (value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new UserError(`${flag} is '${typed}', which is no percentage above 0; type ${flag} ${instead}`);
}
