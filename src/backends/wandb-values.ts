/** A number as JSON has it. */
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * A param as a value in JSON: numbers and booleans as such, so that W&B can sort and plot by them, and any other text as
 * text. A number that a double cannot hold to all its digits stays text, such as an id.
 */
export function paramJson(text: string): string {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase();
  if (!JSON_NUMBER.test(text) || !Number.isFinite(Number(text))) return JSON.stringify(text);
  const isWhole = /^-?\d+$/.test(text);
  return isWhole && !Number.isSafeInteger(Number(text)) ? JSON.stringify(text) : text;
}
