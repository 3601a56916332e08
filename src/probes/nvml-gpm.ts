import type { Nvml } from "./nvml-library.ts";
import type { NvmlQuestion } from "./nvml-question.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { percentOf } from "./nvml-scratch.ts";
import { NVML } from "./nvml-status.ts";

/** Metrics by their number (nvmlGpmMetricId_t). */
const DEVICE_METRICS: readonly (readonly [key: string, id: number])[] = [
  ["sm_activity", 2], // NVML_GPM_METRIC_SM_UTIL
  ["sm_occupancy", 3], // NVML_GPM_METRIC_SM_OCCUPANCY
  ["tensor_activity", 5], // NVML_GPM_METRIC_ANY_TENSOR_UTIL
  ["dram_activity", 10], // NVML_GPM_METRIC_DRAM_BW_UTIL
];
/** Of a MIG device the driver tells its utilization in this way only. */
const MIG_METRICS = [["utilization", 1], ...DEVICE_METRICS] as const; // NVML_GPM_METRIC_GRAPHICS_UTIL

const VERSION = 1; // NVML_GPM_METRICS_GET_VERSION, NVML_GPM_SUPPORT_VERSION
/** nvmlGpmMetricsGet_t: version, number of metrics, two samples; then the metrics. */
const HEAD_BYTES = 24;
/** nvmlGpmMetric_t: number, the driver's code, the value, and where three texts about it are. */
const METRIC_BYTES = 40;
/** More metrics than any driver has: the driver may take the struct for a whole one. */
const MOST_METRICS = 512;

/** Milliseconds: what is closer together the driver cannot compare. */
const SHORTEST_WINDOW = 100;

/** Addresses of two samples in the driver's memory, which take turns. */
interface Pair {
  readonly older: bigint;
  readonly newer: bigint;
  /** When the older one was read; absent where it holds nothing. */
  readonly since: number | undefined;
}

/** What a MIG device is asked through: the GPU that it is a part of, and its number there. */
export interface MigPlace {
  readonly gpu: () => bigint | undefined;
  readonly instance: () => number | undefined;
}

/**
 * What the parts of the chip did between the last asking and this one, on Hopper and newer.
 * https://docs.nvidia.com/deploy/nvml-api/ (GPU Performance Monitoring)
 *
 *   sm_activity       SMs that had work               tensor_activity   time that the tensor cores worked
 *   sm_occupancy      warps of those that fit         dram_activity     bandwidth of the memory that was used
 *
 * One sample is read at each asking; the driver compares it with the one before, so nothing waits and no time is missed.
 */
export function gpmQuestion(nvml: Nvml, scratch: Scratch, mig?: MigPlace): NvmlQuestion {
  const metrics = mig === undefined ? DEVICE_METRICS : MIG_METRICS;
  const memory = new Uint8Array(HEAD_BYTES + METRIC_BYTES * MOST_METRICS);
  const answer = new DataView(memory.buffer);
  const lacking = new Map<string, number>();
  let pair: Pair | undefined;

  const isSupported = (handle: bigint): number => {
    scratch.memory.set([VERSION, 0]);
    const code = nvml.nvmlGpmQueryDeviceSupport(handle, scratch.memory);
    return code === NVML.SUCCESS && scratch.memory[1] === 0 ? NVML.NOT_SUPPORTED : code;
  };
  const open = (handle: bigint): number => {
    const code = isSupported(handle);
    if (code !== NVML.SUCCESS) return code;
    const made: bigint[] = [];
    for (let index = 0; index < 2; index += 1) {
      const allocated = nvml.nvmlGpmSampleAlloc(scratch.memory);
      if (allocated !== NVML.SUCCESS) {
        for (const sample of made) nvml.nvmlGpmSampleFree(sample);
        return allocated;
      }
      made.push(scratch.address());
    }
    pair = { older: made[0] ?? 0n, newer: made[1] ?? 0n, since: undefined };
    return NVML.SUCCESS;
  };
  const compare = ({ older, newer }: Pair): number => {
    answer.setUint32(0, VERSION, true);
    answer.setUint32(4, metrics.length, true);
    answer.setBigUint64(8, older, true);
    answer.setBigUint64(16, newer, true);
    for (let index = 0; index < metrics.length; index += 1) {
      const at = HEAD_BYTES + METRIC_BYTES * index;
      answer.setUint32(at, metrics[index]?.[1] ?? 0, true);
      answer.setUint32(at + 4, NVML.SUCCESS, true);
      answer.setFloat64(at + 8, Number.NaN, true);
    }
    return nvml.nvmlGpmMetricsGet(memory);
  };
  return {
    keys: metrics.map(([key]) => key),
    lacking,
    ask({ handle, now, put }) {
      const device = mig === undefined ? handle : mig.gpu();
      if (device === undefined) return NVML.NOT_FOUND;
      const opened = pair === undefined ? open(device) : NVML.SUCCESS;
      if (pair === undefined) return opened;
      const { older, newer, since } = pair;
      if (since !== undefined && now - since < SHORTEST_WINDOW) return NVML.SUCCESS;
      const read =
        mig === undefined
          ? nvml.nvmlGpmSampleGet(device, newer)
          : nvml.nvmlGpmMigSampleGet(device, mig.instance() ?? 0, newer);
      if (read !== NVML.SUCCESS) {
        pair = { older, newer, since: undefined };
        return read;
      }
      const code = since === undefined ? NVML.SUCCESS : compare(pair);
      if (since !== undefined && code === NVML.SUCCESS) {
        for (let index = 0; index < metrics.length; index += 1) {
          const at = HEAD_BYTES + METRIC_BYTES * index;
          const [key] = metrics[index] ?? [""];
          const own = answer.getUint32(at + 4, true);
          if (own === NVML.SUCCESS) put(key, percentOf(answer.getFloat64(at + 8, true)));
          else if (own === NVML.NOT_SUPPORTED) lacking.set(key, own);
        }
      }
      pair = { older: newer, newer: older, since: now };
      return code;
    },
    close() {
      if (pair === undefined) return;
      nvml.nvmlGpmSampleFree(pair.older);
      nvml.nvmlGpmSampleFree(pair.newer);
      pair = undefined;
    },
  };
}
