/** Memory that NVML writes its answers to, used again for every call. */
export interface Scratch {
  /** What a function is given. */
  readonly memory: Uint32Array;
  /** The 32-bit number at the start, or so many of them further on; `undefined` for the driver's "no value". */
  u32(index?: number): number | undefined;
  /** The 64-bit number so many bytes from the start; `undefined` for the driver's "no value". Exact up to 2^53. */
  u64(offset?: number): number | undefined;
  /** The address at the start. */
  address(): bigint;
  /** The text at the start, which ends with a zero byte. */
  text(): string;
}

/** Larger than every text and small struct that is asked for. */
export const SCRATCH_BYTES = 128;
const NONE_32 = 0xffff_ffff; // NVML_VALUE_NOT_AVAILABLE
const HIGH = 2 ** 32;

export function createScratch(): Scratch {
  const memory = new Uint32Array(SCRATCH_BYTES / 4);
  const addresses = new BigUint64Array(memory.buffer);
  const bytes = Buffer.from(memory.buffer);
  return {
    memory,
    u32: (index = 0) => valueOf(memory[index]),
    u64: (offset = 0) => wide(memory[offset / 4], memory[offset / 4 + 1]),
    address: () => addresses[0] ?? 0n,
    text: () => bytes.toString("utf8", 0, Math.max(bytes.indexOf(0), 0)),
  };
}

/** A 64-bit number from its halves; `undefined` for the driver's "no value". */
export function wide(low: number | undefined, high: number | undefined): number | undefined {
  if (low === undefined || high === undefined || (low === NONE_32 && high === NONE_32)) return undefined;
  return high * HIGH + low;
}

/** `undefined` for the driver's "no value". */
function valueOf(word: number | undefined): number | undefined {
  return word === NONE_32 ? undefined : word;
}

/** A share in percent, or `undefined` for what cannot be one. */
export function percentOf(value: number | undefined): number | undefined {
  if (value === undefined || !(value >= 0 && value <= MOST_PERCENT)) return undefined;
  return Math.min(value, 100);
}

/** What is above a hundred by so little is rounding. */
const MOST_PERCENT = 101;
