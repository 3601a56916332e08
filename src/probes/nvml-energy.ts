import type { Nvml } from "./nvml-library.ts";
import type { NvmlQuestion } from "./nvml-question.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { NVML } from "./nvml-status.ts";

/**
 * Joules since the first asking, by the card's own meter (millijoules since the driver was loaded; Volta and newer).
 * https://docs.nvidia.com/deploy/nvml-api/ (nvmlDeviceGetTotalEnergyConsumption)
 * A driver that is loaded again begins at 0: what was counted before stays.
 */
export function energyQuestion(nvml: Nvml, scratch: Scratch): NvmlQuestion {
  let last: number | undefined;
  let joules = 0;
  return {
    keys: ["energy"],
    ask({ handle, put }) {
      const code = nvml.nvmlDeviceGetTotalEnergyConsumption(handle, scratch.memory);
      if (code !== NVML.SUCCESS) return code;
      const millijoules = scratch.u64();
      if (millijoules === undefined) return code;
      const since = last === undefined ? 0 : millijoules - last;
      joules += (since < 0 ? millijoules : since) / 1000;
      last = millijoules;
      put("energy", joules);
      return code;
    },
  };
}
