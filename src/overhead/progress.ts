/** When a process was through with each piece of its work, in milliseconds since the epoch; all pieces are alike. */
export type Progress = Float64Array;

/**
 * The progress that a line of the kernel tells:
 *   `progress 1795378530012.345 812 790`    begun then, and through with a piece after 812 µs, and after 790 µs more
 */
export function parseProgress(line: string): Progress {
  const [, started, ...took] = line.split(" ");
  const ends = new Float64Array(took.length + 1);
  let end = Number(started);
  ends[0] = end;
  for (const [index, microseconds] of took.entries()) {
    end += Number(microseconds) / 1000;
    ends[index + 1] = end;
  }
  return ends;
}

/** Pieces in a millisecond between two moments. Undefined where one of them is outside. */
export function speedBetween(progress: Progress, from: number, to: number): number | undefined {
  const [before, after] = [piecesAt(progress, from), piecesAt(progress, to)];
  return before === undefined || after === undefined ? undefined : (after - before) / (to - from);
}

/** Pieces that were done at a moment, with the part of the one under way. */
function piecesAt(progress: Progress, moment: number): number | undefined {
  const last = progress.length - 1;
  if (last < 1 || moment < (progress[0] ?? 0) || moment > (progress[last] ?? 0)) return undefined;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((progress[middle] ?? 0) <= moment) low = middle;
    else high = middle;
  }
  const [begun = 0, ended = 0] = [progress[low], progress[high]];
  return low + (moment - begun) / (ended - begun);
}
