import { readFileSync } from "node:fs";
import { endianness } from "node:os";

/** The two units in which /proc/<pid>/stat counts. */
export interface KernelUnits {
  /** Clock ticks per second of CPU time. */
  readonly ticksPerSecond: number;
  /** Bytes per page of memory. */
  readonly pageSize: number;
}

/** What practically every kernel has, for a /proc that does not tell. Some ARM kernels have pages of 64 KiB. */
const USUAL: KernelUnits = { ticksPerSecond: 100, pageSize: 4096 };

const AT_PAGESZ = 6n;
const AT_CLKTCK = 17n;

/**
 * Reads the units from the auxiliary vector that the kernel hands to every program. `getconf` would be a process, and
 * Node itself does not tell them. https://man7.org/linux/man-pages/man3/getauxval.3.html
 */
export function readKernelUnits(proc: string): KernelUnits {
  try {
    return parseAuxv(readFileSync(`${proc}/self/auxv`));
  } catch {
    return USUAL; // hidden in some sandboxes; a wrong guess here is as good as certain not to happen
  }
}

/** Pairs of 64-bit words, type and value, in the machine's byte order. What is missing is as usual. Pure. */
export function parseAuxv(auxv: Buffer): KernelUnits {
  const little = endianness() === "LE";
  const word = (offset: number) => (little ? auxv.readBigUInt64LE(offset) : auxv.readBigUInt64BE(offset));
  let { ticksPerSecond, pageSize } = USUAL;
  for (let offset = 0; offset + 16 <= auxv.length; offset += 16) {
    if (word(offset) === AT_PAGESZ) pageSize = Number(word(offset + 8));
    if (word(offset) === AT_CLKTCK) ticksPerSecond = Number(word(offset + 8));
  }
  return { ticksPerSecond, pageSize };
}
