/** Bytes that the memory-bound kernel goes over: more than the caches of a core hold. */
const ARRAY_BYTES = 32 * 1024 * 1024;
const BYTES_PER_NUMBER = 8;

/** Numbers in one line of a cache: touching each line once asks most of the memory. */
const STRIDE = 8;

/** Rounds of the mixing function in one unit of CPU-bound work. */
const MIXES_PER_UNIT = 1_000_000;

/** What a piece has of each. */
const MIXES_PER_PIECE = 150_000;
const LINES_PER_PIECE = 32_768;

export interface KernelWork {
  /** So many units of integer arithmetic in registers. */
  compute(units: number): void;
  /** So many passes over an array that no cache holds. */
  traverse(passes: number): void;
  /** A little of both, about a millisecond. */
  piece(): void;
}

/** The two kernels that stand for a job: one that waits for the CPU alone, and one that waits for memory. */
export function createKernelWork(): KernelWork {
  const array = new Float64Array(ARRAY_BYTES / BYTES_PER_NUMBER).fill(1);
  let state = 1;
  let next = 0;
  const mix = (rounds: number) => {
    let mixed = state;
    for (let round = 0; round < rounds; round += 1) mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) + round;
    // Kept, so that no compiler finds out that nobody needs it.
    state = mixed | 1;
  };
  return {
    compute(units) {
      for (let unit = 0; unit < units; unit += 1) mix(MIXES_PER_UNIT);
    },
    traverse(passes) {
      for (let pass = 0; pass < passes; pass += 1) {
        for (let offset = 0; offset < STRIDE; offset += 1) {
          for (let at = offset; at < array.length; at += STRIDE) array[at] = (array[at] ?? 0) * 0.5 + 1;
        }
      }
    },
    piece() {
      mix(MIXES_PER_PIECE);
      for (let line = 0; line < LINES_PER_PIECE; line += 1) {
        array[next] = (array[next] ?? 0) * 0.5 + 1;
        next += STRIDE;
        if (next >= array.length) next = (next + 1) % STRIDE;
      }
    },
  };
}
