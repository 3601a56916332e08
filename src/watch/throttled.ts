/** Least milliseconds between two words. */
const LEAST_MS = 250;

/**
 * Tells at most a few times a second; what comes in between is left out.
 * @param now milliseconds of a clock that never goes back
 */
export function throttled(tell: () => void, now: () => number): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const time = now();
    if (time - last < LEAST_MS) return;
    last = time;
    tell();
  };
}
