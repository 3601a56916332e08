/** A printed name as a key: as it stands, with `_` for blanks. */
export function keyOf(name: string): string {
  return name.trim().replace(/\s+/g, "_");
}

/** Longer names are no names. The trackers take 250 characters. */
const LENGTH_LIMIT = 250;

/** Whether a key can be one: it has a letter and is not a page long. */
export function isKey(key: string): boolean {
  return key.length <= LENGTH_LIMIT && /\p{L}/u.test(key);
}
