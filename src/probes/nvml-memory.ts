import type { Nvml } from "./nvml-library.ts";
import type { NvmlQuestion } from "./nvml-question.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { isForGood, NVML } from "./nvml-status.ts";

/** The size of nvmlMemory_v2_t, and 2 for its form. */
const VERSION = 0x0200_0028;
const OLD_FORM = ["memory_reserved"];

/**
 * The device's memory in bytes.
 *
 *   nvmlMemory_v2_t   version, total, reserved, free, used     R510 and newer: used is what programs have
 *   nvmlMemory_t      total, free, used                        before: used has what the driver keeps for itself in it
 */
export function memoryQuestion(nvml: Nvml, scratch: Scratch): NvmlQuestion {
  const { memory } = scratch;
  const lacking = new Map<string, number>();
  const putAll = (
    put: (key: string, value: number | undefined) => void,
    { total, used, reserved }: Record<"total" | "used" | "reserved", number | undefined>,
  ) => {
    const isPossible = total !== undefined && total > 0 && used !== undefined && used <= total;
    put("memory_used", isPossible ? used : undefined);
    put("memory_total", total === 0 ? undefined : total);
    put("memory_reserved", reserved);
    put("memory_percent", isPossible ? (100 * used) / total : undefined);
  };
  return {
    keys: ["memory_used", "memory_total", "memory_reserved", "memory_percent"],
    lacking,
    ask({ handle, put }) {
      if (lacking.size === 0) {
        memory[0] = VERSION;
        const code = nvml.nvmlDeviceGetMemoryInfo_v2(handle, memory);
        if (code === NVML.SUCCESS) {
          putAll(put, { total: scratch.u64(8), reserved: scratch.u64(16), used: scratch.u64(32) });
          return code;
        }
        if (!isForGood(code)) return code;
        for (const key of OLD_FORM) lacking.set(key, code);
      }
      const code = nvml.nvmlDeviceGetMemoryInfo(handle, memory);
      if (code === NVML.SUCCESS) {
        putAll(put, { total: scratch.u64(0), reserved: undefined, used: scratch.u64(16) });
      }
      return code;
    },
  };
}
