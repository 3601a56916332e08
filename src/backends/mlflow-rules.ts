/**
 * What MLflow accepts, and what becomes of the rest.
 *
 * Limits and key rules: https://github.com/mlflow/mlflow/blob/master/mlflow/utils/validation.py
 * A fractional step or timestamp is answered with 200 and silently loses the rest of its batch, so both are made whole.
 */

/** Entries of one kind in one request. Kinds are never mixed: one bad param would otherwise sink the metrics. */
export const MAX_METRICS = 1000;
export const MAX_PARAMS = 100;
export const MAX_TAGS = 100;
/** Under the 1 MB that proxies and hosted servers enforce, with room for the envelope. */
export const MAX_BODY_BYTES = 900_000;

/** Characters (code points) that the server keeps of a value; it cuts or refuses longer ones, by its own settings. */
export const MAX_PARAM_VALUE = 6000;
/** 3.x keeps 8000; 2.x keeps 5000. */
export const MAX_TAG_VALUE = 5000;
const MAX_KEY = 250;
/** Leaves room for a suffix that keeps two names apart, and for the tag that remembers the original key. */
const MAX_CHANGED_KEY = 200;

const ILLEGAL = /[^\p{L}\p{N}_.\- :/]+/gu;

/** Whether MLflow takes this metric, param or tag key as it is. */
export function isLegalKey(key: string): boolean {
  if (key.search(ILLEGAL) !== -1 || key.startsWith("..") || Array.from(key).length > MAX_KEY) return false;
  return key.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

/**
 * The nearest key that MLflow takes: each run of other characters becomes one `_`, which goes where it ends a part of
 * the path; empty parts go as well; what is longer than 250 characters is cut to 200. Two keys may come out the same:
 * `mlflow-keys.ts` keeps them apart.
 */
export function legalKey(key: string): string {
  if (isLegalKey(key)) return key;
  const composed = key.normalize("NFC").replace(ILLEGAL, "_").replace(/^\.+/, "");
  const path = composed
    .split("/")
    .map(trimmed)
    .filter((segment) => segment !== "" && segment !== "." && segment !== "..")
    .join("/");
  const cut = Array.from(path).slice(0, MAX_CHANGED_KEY).join("").replace(/\/+$/, "");
  return cut === "" ? "unnamed" : cut;
}

function trimmed(segment: string): string {
  return segment.replace(/^[_ ]+|[_ ]+$/g, "");
}

/** Text that every database behind MLflow takes: half characters and NUL become U+FFFD, which marks them. */
export function legalText(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8").replaceAll("\0", "\uFFFD");
}

/** The first `most` characters, counted as MLflow counts. */
export function cutText(text: string, most: number): string {
  // A string never has more characters than UTF-16 units, and counting those costs nothing.
  if (text.length <= most) return text;
  return Array.from(text).slice(0, most).join("");
}

/** A whole number by dropping the fraction (1.9 → 1, −1.9 → −1), within what a double counts exactly. */
export function wholeStep(step: number): number {
  const most = Number.MAX_SAFE_INTEGER;
  // Adding 0 turns −0 into 0.
  return Math.min(most, Math.max(-most, Math.trunc(step))) + 0;
}

/** Whole milliseconds since the epoch, never before it. */
export function wholeTimestamp(timestamp: number): number {
  return Math.max(0, wholeStep(timestamp));
}

/** JSON has no NaN and no infinity; MLflow reads them from strings. */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
