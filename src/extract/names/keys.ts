import { isOtherLetter } from "../tokens/plain-tokens.ts";

/** A printed name as a key: as it stands, with `_` for blanks. */
export function keyOf(name: string): string {
  if (!hasBlank(name)) return name;
  const trimmed = name.trim();
  return /\s/.test(trimmed) ? trimmed.replace(/\s+/g, "_") : trimmed;
}

/** Longer names are no names. The trackers take 250 characters. */
const LENGTH_LIMIT = 250;

/** Whether a key can be one: it has a letter and is not a page long. */
export function isKey(key: string): boolean {
  if (key.length > LENGTH_LIMIT) return false;
  const first = key.charCodeAt(0) | 0x20;
  return (first >= 0x61 && first <= 0x7a) || isOtherLetter(key.charCodeAt(0)) || /\p{L}/u.test(key);
}

/** Also where there may be one that is not ASCII. */
function hasBlank(name: string): boolean {
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f) return true;
  }
  return false;
}
