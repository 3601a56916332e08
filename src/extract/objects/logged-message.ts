import type { NameBook } from "../names/name-book.ts";
import type { Reading } from "../reading.ts";

/** The field of a logger's object that has what the program said. A text without a digit says nothing of a metric. */
const FIELD = /"(?:message|msg|log|event)" ?: ?("(?=[^"]{0,400}\d)(?:[^"\\]|\\.){1,400}")/;

/**
 * The text in an object that a logger wraps around it: `step 5: loss 0.5` of `{"level": "info", "message": "step 5: loss
 * 0.5"}`. `undefined` where the object has numbers of its own, or no text.
 */
export function loggedMessage(object: string, { entries }: Reading, names: NameBook): string | undefined {
  const isPlaced = entries.some(({ key }) => names.rankOf(key) > 0);
  const isOwn = entries.some(({ key }) => names.rankOf(key) === 0 && isOfMetric(key, isPlaced, names));
  const [, text] = isOwn || !object.startsWith("{") ? [] : (FIELD.exec(object) ?? []);
  if (text === undefined) return undefined;
  try {
    return String(JSON.parse(text)).trimEnd();
  } catch {
    return undefined;
  }
}

/** Beside a position a number of any name may be one. */
function isOfMetric(key: string, isPlaced: boolean, names: NameBook): boolean {
  const kind = names.kindOf(key);
  return kind === "metric" || (isPlaced && kind !== "noise");
}
