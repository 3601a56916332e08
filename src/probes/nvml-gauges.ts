import type { Nvml } from "./nvml-library.ts";
import type { NvmlQuestion } from "./nvml-question.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { percentOf } from "./nvml-scratch.ts";
import { isForGood, NVML } from "./nvml-status.ts";

/** One way of asking for a number: drivers of different age know different functions for it. */
interface Way {
  call(handle: bigint): number;
  read(): number | undefined;
}

const GPU_SENSOR = 0; // NVML_TEMPERATURE_GPU
const SM_CLOCK = 1; // NVML_CLOCK_SM
const MEMORY_CLOCK = 2; // NVML_CLOCK_MEM
const CORRECTED = 0; // NVML_MEMORY_ERROR_TYPE_CORRECTED
const UNCORRECTED = 1;
const VOLATILE = 0; // NVML_VOLATILE_ECC: since the driver was loaded
/** nvmlTemperature_v1_t: version, sensor, temperature; the version holds the size. */
const TEMPERATURE_VERSION = 0x0100_000c;

/**
 * What a device tells by one number a call.
 *
 *   temperature             nvmlDeviceGetTemperature, nvmlDeviceGetTemperatureV     degrees Celsius
 *   power, power_limit      nvmlDeviceGetPowerUsage, …EnforcedPowerLimit            milliwatts there, watts here
 *   clock_sm, clock_memory  nvmlDeviceGetClockInfo                                  megahertz
 *   ecc_errors_…            nvmlDeviceGetTotalEccErrors                             since the driver was loaded
 *   fan_speed               nvmlDeviceGetFanSpeed                                   percent; may be a little above 100 there
 *   pcie_link_…             nvmlDeviceGetCurrPcieLinkGeneration, …Width
 */
export function gaugeQuestions(nvml: Nvml, scratch: Scratch): NvmlQuestion[] {
  const { memory } = scratch;
  const u32 = () => scratch.u32();
  const watts = () => perThousand(scratch.u32());
  return [
    gauge("temperature", [
      { call: (handle) => nvml.nvmlDeviceGetTemperature(handle, GPU_SENSOR, memory), read: u32 },
      {
        call(handle) {
          memory.set([TEMPERATURE_VERSION, GPU_SENSOR, 0]);
          return nvml.nvmlDeviceGetTemperatureV(handle, memory);
        },
        read: () => signed(scratch.u32(2)),
      },
    ]),
    gauge("power", [{ call: (handle) => nvml.nvmlDeviceGetPowerUsage(handle, memory), read: watts }]),
    gauge("power_limit", [
      { call: (handle) => nvml.nvmlDeviceGetEnforcedPowerLimit(handle, memory), read: watts },
      { call: (handle) => nvml.nvmlDeviceGetPowerManagementLimit(handle, memory), read: watts },
    ]),
    gauge("clock_sm", [{ call: (handle) => nvml.nvmlDeviceGetClockInfo(handle, SM_CLOCK, memory), read: u32 }]),
    gauge("clock_memory", [{ call: (handle) => nvml.nvmlDeviceGetClockInfo(handle, MEMORY_CLOCK, memory), read: u32 }]),
    gauge("ecc_errors_corrected", [
      {
        call: (handle) => nvml.nvmlDeviceGetTotalEccErrors(handle, CORRECTED, VOLATILE, memory),
        read: () => scratch.u64(),
      },
    ]),
    gauge("ecc_errors_uncorrected", [
      {
        call: (handle) => nvml.nvmlDeviceGetTotalEccErrors(handle, UNCORRECTED, VOLATILE, memory),
        read: () => scratch.u64(),
      },
    ]),
    gauge("fan_speed", [
      { call: (handle) => nvml.nvmlDeviceGetFanSpeed(handle, memory), read: () => fanSpeed(scratch.u32()) },
    ]),
    gauge("pcie_link_generation", [
      { call: (handle) => nvml.nvmlDeviceGetCurrPcieLinkGeneration(handle, memory), read: u32 },
    ]),
    gauge("pcie_link_width", [{ call: (handle) => nvml.nvmlDeviceGetCurrPcieLinkWidth(handle, memory), read: u32 }]),
  ];
}

/** Asks in the first way that this driver knows, and stays with it. */
function gauge(key: string, ways: readonly [Way, ...Way[]]): NvmlQuestion {
  let index = 0;
  return {
    keys: [key],
    ask(tick) {
      let reason: number = NVML.FUNCTION_NOT_FOUND;
      for (;;) {
        const way = ways[index] ?? ways[0];
        const code = way.call(tick.handle);
        if (code === NVML.SUCCESS) tick.put(key, way.read());
        // That a function is missing tells less than what another one answered.
        if (code !== NVML.FUNCTION_NOT_FOUND) reason = code;
        if (!isForGood(code) || index + 1 >= ways.length) return reason;
        index += 1;
      }
    },
  };
}

function perThousand(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value / 1000;
}

/** A 32-bit number that may be below zero. */
function signed(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value | 0;
}

/** Percent of the speed that the maker thinks is quiet enough: a fan may turn faster, for which 100 stands. */
function fanSpeed(value: number | undefined): number | undefined {
  return value === undefined || value > 200 ? undefined : percentOf(Math.min(value, 100));
}
