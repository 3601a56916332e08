import type { Nvml } from "./nvml-library.ts";
import type { NvmlQuestion } from "./nvml-question.ts";
import { createSampleWindow, GPU_SAMPLES, MEMORY_SAMPLES } from "./nvml-samples.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { percentOf } from "./nvml-scratch.ts";
import { isDriverGone, isForGood, isLoss, NVML } from "./nvml-status.ts";

const KEYS = ["utilization", "utilization_max", "memory_utilization"];

/**
 * How busy the device and its memory controller were since the last asking: from the driver's sample buffer, else over
 * the last fraction of a second by the driver's own average. The buffer of an idle card runs dry.
 *
 *   nvmlDeviceGetSamples             the mean, and the highest sample
 *   nvmlDeviceGetUtilizationRates    nvmlUtilization_t: gpu, memory
 */
export function utilizationQuestion(nvml: Nvml, scratch: Scratch): NvmlQuestion {
  const lacking = new Map<string, number>();
  const gpu = createSampleWindow(nvml, GPU_SAMPLES);
  const memory = createSampleWindow(nvml, MEMORY_SAMPLES);
  let rates = (handle: bigint) => nvml.nvmlDeviceGetUtilizationRates(handle, scratch.memory);
  return {
    keys: KEYS,
    lacking,
    ask({ handle, put }) {
      const code = gpu.read(handle);
      if (isLoss(code) || isDriverGone(code)) return code;
      if (isForGood(code)) lacking.set("utilization_max", code);
      const memoryCode = memory.read(handle);
      put("utilization", gpu.mean);
      put("utilization_max", gpu.max);
      put("memory_utilization", memory.mean);
      if (gpu.mean !== undefined && memory.mean !== undefined) return NVML.SUCCESS;
      const now = rates(handle);
      if (now === NVML.SUCCESS) {
        if (gpu.mean === undefined) put("utilization", percentOf(scratch.u32(0)));
        if (memory.mean === undefined) put("memory_utilization", percentOf(scratch.u32(1)));
      }
      if (!isForGood(now)) return now;
      rates = () => now;
      // A sample buffer that is empty now may have something the next time: only what has neither is lacking.
      if (isForGood(memoryCode)) lacking.set("memory_utilization", now);
      return isForGood(code) ? now : NVML.SUCCESS;
    },
  };
}
