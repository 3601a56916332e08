/** Tells keys that are surely not in a set by a look: nearly all, where the names of a log never come again. */
export interface KeyFilter {
  /** `false`: the key is not in the set. */
  mayHave(key: string): boolean;
}

/** Many more than keys, so that few others have the place of one. */
const PLACES = 1 << 17;

export function createKeyFilter(keys: Iterable<string>): KeyFilter {
  const taken = new Uint8Array(PLACES >> 3);
  for (const key of keys) {
    const place = placeOf(key);
    taken[place >> 3] = (taken[place >> 3] as number) | (1 << (place & 7));
  }
  return {
    mayHave(key) {
      const place = placeOf(key);
      return ((taken[place >> 3] as number) & (1 << (place & 7))) !== 0;
    },
  };
}

function placeOf(key: string): number {
  let hash = key.length;
  for (let at = 0; at < key.length; at += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return (Math.imul(hash, 0x5bd1e995) >>> 13) & (PLACES - 1);
}
