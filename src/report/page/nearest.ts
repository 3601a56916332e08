/** The place of the number that is nearest to the wanted one in a rising list; undefined in an empty one. */
export function nearestIndex(times: ArrayLike<number>, wanted: number): number | undefined {
  if (times.length === 0) return undefined;
  const after = firstAtLeast(times, wanted);
  if (after === 0) return 0;
  if (after === times.length) return times.length - 1;
  return wanted - times[after - 1]! <= times[after]! - wanted ? after - 1 : after;
}

/** The place of the first number that is not below the wanted one; the length where all are. */
export function firstAtLeast(times: ArrayLike<number>, wanted: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
