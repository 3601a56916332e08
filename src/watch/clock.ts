/** Seconds between samples that `auto` begins and ends with. */
const AUTO_SHORTEST = 1;
const AUTO_LONGEST = 10;
/** `auto` samples about this often over the time a run has lasted: a short run gets detail, a long one stays cheap. */
const AUTO_SAMPLES = 60;

/**
 * When the next sample is due: milliseconds since the start of the run, on a grid that does not drift, however long a
 * sample took. Grid points that have passed are left out, never made up for.
 * @param elapsed milliseconds since the start of the run
 */
export function nextSampleAt(interval: number | "auto", elapsed: number): number {
  const seconds = interval === "auto" ? autoInterval(elapsed / 1000) : interval;
  const step = seconds * 1000;
  return (Math.floor(elapsed / step) + 1) * step;
}

function autoInterval(elapsedSeconds: number): number {
  return Math.min(AUTO_LONGEST, Math.max(AUTO_SHORTEST, Math.ceil(elapsedSeconds / AUTO_SAMPLES)));
}
