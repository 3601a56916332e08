/**
 * When the next sample is due: milliseconds since the start of the run, on a grid that does not drift, however long a
 * sample took. Grid points that have passed are left out, never made up for.
 * @param interval seconds
 * @param elapsed milliseconds since the start of the run
 */
export function nextSampleAt(interval: number, elapsed: number): number {
  const step = interval * 1000;
  return (Math.floor(elapsed / step) + 1) * step;
}
