const BLOCKS = "▁▂▃▄▅▆▇█".split("");
const LETTERS = "_.:-=+*#".split("");
/** Where there is no number. */
const GAP = "×";
const GAP_LETTER = "x";

/** All above 0, and the largest so many times the smallest: only logarithms show more than the first fall. */
const LOG_FROM = 50;

/**
 * Numbers as a row of blocks, of equal numbers of them; the lowest block is the smallest. `undefined` is drawn as a gap.
 * @param ascii with letters of ASCII instead of blocks
 */
export function sparkline(values: readonly (number | undefined)[], width: number, ascii: boolean): string {
  const levels = ascii ? LETTERS : BLOCKS;
  const cells = resampled(values, width);
  const known = cells.filter((cell) => cell !== undefined);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const scale = low > 0 && high / low >= LOG_FROM ? Math.log : Number;
  const range = scale(high) - scale(low);
  return cells
    .map((cell) => {
      if (cell === undefined) return ascii ? GAP_LETTER : GAP;
      const height = range > 0 ? (scale(cell) - scale(low)) / range : 0.5;
      return levels[Math.min(levels.length - 1, Math.floor(height * levels.length))];
    })
    .join("");
}

/** As many cells as there is room for, each the mean of its values; few values are not stretched. */
function resampled(values: readonly (number | undefined)[], width: number): (number | undefined)[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, cell) => {
    const part = values.slice(
      Math.floor((cell * values.length) / width),
      Math.floor(((cell + 1) * values.length) / width),
    );
    const known = part.filter((value) => value !== undefined);
    if (2 * known.length < part.length) return undefined;
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
