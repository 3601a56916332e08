import type { Unavailable } from "../model/metric.ts";

import type { GpuDriver } from "./gpu-device.ts";
import type { NvmlDevice } from "./nvml-device.ts";
import { createNvmlDevice, prefixOf } from "./nvml-device.ts";
import { energyQuestion } from "./nvml-energy.ts";
import { gaugeQuestions } from "./nvml-gauges.ts";
import { gpmQuestion } from "./nvml-gpm.ts";
import { initialise, NvmlHandles } from "./nvml-handles.ts";
import type { ListedGpu, ListedMig } from "./nvml-inventory.ts";
import { listGpus, newest } from "./nvml-inventory.ts";
import type { Nvml } from "./nvml-library.ts";
import { loadNvml } from "./nvml-library.ts";
import { memoryQuestion } from "./nvml-memory.ts";
import type { NvmlPlaces } from "./nvml-places.ts";
import { processesQuestion } from "./nvml-processes.ts";
import type { NvmlQuestion } from "./nvml-question.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { createScratch, SCRATCH_BYTES } from "./nvml-scratch.ts";
import { isLoss, NVML, nvmlHint, nvmlReason } from "./nvml-status.ts";
import { throttleQuestion } from "./nvml-throttle.ts";
import { isReason, unavailable } from "./readings.ts";
import { utilizationQuestion } from "./nvml-utilization.ts";

/** What a card tells as a whole, whatever parts it is divided into. */
const NOT_OF_MIG = [
  [
    "utilization_max",
    "memory_utilization",
    "temperature",
    "power",
    "power_limit",
    "clock_sm",
    "clock_memory",
    "energy",
  ],
  ["throttled_percent", "throttled_power_percent", "throttled_thermal_percent", "throttled_hardware_percent"],
  ["ecc_errors_corrected", "ecc_errors_uncorrected", "fan_speed", "pcie_link_generation", "pcie_link_width"],
].flat();

/** A driver whose devices say which keys they may give. */
export interface NvmlDriver extends GpuDriver {
  readonly devices: readonly NvmlDevice[];
}

/**
 * Opens NVIDIA's driver through NVML, in this thread: a call that hangs in the driver hangs it.
 * The library is initialised once, and handles are kept. https://docs.nvidia.com/deploy/nvml-api/
 *
 * Unavailable: koffi or the library is missing. Failed: the driver does not answer, with the reason and a hint.
 * @param clock the one that the readings' time is of, in milliseconds
 */
export async function openNvmlHere(
  places: NvmlPlaces,
  clock: () => number = () => performance.now(),
): Promise<NvmlDriver | Unavailable> {
  const nvml = await loadNvml(places);
  return isReason(nvml) ? nvml : openNvmlLibrary(nvml, clock());
}

/** As `openNvmlHere`, with a library that is loaded. */
export function openNvmlLibrary(nvml: Nvml, now: number): NvmlDriver | Unavailable {
  const scratch = createScratch();
  const begun = initialise(nvml);
  if (begun !== NVML.SUCCESS) return failed(begun);
  const listed = listGpus(nvml, scratch);
  if (typeof listed === "number") {
    nvml.nvmlShutdown();
    return failed(listed);
  }
  const handles = new NvmlHandles(nvml, scratch, listed);
  const devices = listed.flatMap((gpu) => devicesOf(gpu, { nvml, scratch, handles, now }));
  return {
    devices,
    ...versionsOf(nvml, scratch),
    close() {
      for (const device of devices) device.close();
      nvml.nvmlShutdown();
    },
  };
}

function failed(code: number): Unavailable {
  const hint = nvmlHint(code);
  return { state: "failed", metrics: [], reason: nvmlReason(code), ...(hint === undefined ? {} : { hint }) };
}

interface Parts {
  readonly nvml: Nvml;
  readonly scratch: Scratch;
  readonly handles: NvmlHandles;
  readonly now: number;
}

/** A GPU and the MIG devices that it is divided into. */
function devicesOf(gpu: ListedGpu, parts: Parts): NvmlDevice[] {
  if (gpu.handle === undefined) return [unreachable(gpu)];
  return [wholeGpu(gpu, parts), ...gpu.migs.map((mig) => migDevice(gpu, mig, parts))];
}

function wholeGpu({ index, name, uuid, pciAddress }: ListedGpu, { nvml, scratch, handles, now }: Parts): NvmlDevice {
  const questions: NvmlQuestion[] = [
    utilizationQuestion(nvml, scratch),
    memoryQuestion(nvml, scratch),
    ...gaugeQuestions(nvml, scratch),
    energyQuestion(nvml, scratch),
    throttleQuestion(nvml, scratch),
    processesQuestion(nvml),
    gpmQuestion(nvml, scratch),
  ];
  return createNvmlDevice({
    identity: { index, ...given({ name, uuid, pciAddress }) },
    handle: () => handles.gpu(index),
    questions,
    onDriverGone: (at) => handles.renew(at),
    now,
  });
}

function migDevice(gpu: ListedGpu, { migIndex, name, uuid }: ListedMig, parts: Parts): NvmlDevice {
  const { nvml, scratch, handles, now } = parts;
  const { index, pciAddress } = gpu;
  const identity = { index, migOf: index, migIndex, ...given({ name, uuid, pciAddress }) };
  const metrics = NOT_OF_MIG.map((key) => prefixOf(identity) + key);
  return createNvmlDevice({
    identity,
    handle: () => handles.mig(index, migIndex)?.handle,
    questions: [
      memoryQuestion(nvml, scratch),
      processesQuestion(nvml),
      gpmQuestion(nvml, scratch, {
        gpu: () => handles.gpu(index),
        instance: () => handles.mig(index, migIndex)?.instance,
      }),
    ],
    notAsked: unavailable(metrics, `the driver tells it of the whole card (gpu_${index}), not of a MIG device`),
    onDriverGone: (at) => handles.renew(at),
    now,
  });
}

/** The driver lists it and gives no access to it: it is broken, or not ours. */
function unreachable({ index, code }: ListedGpu): NvmlDevice {
  const reason = failed(code);
  const isLost = isLoss(code);
  return {
    index,
    vendor: "nvidia",
    keys: isLost ? [`gpu_${index}_lost`] : [],
    unavailable: [
      { ...reason, state: code === NVML.NO_PERMISSION ? "unavailable" : "failed", metrics: [`gpu_${index}_*`] },
    ],
    sample: () => (isLost ? [{ key: `gpu_${index}_lost`, value: 1 }] : []),
    close: () => undefined,
  };
}

function versionsOf(nvml: Nvml, scratch: Scratch): Pick<GpuDriver, "driverVersion" | "cudaVersion"> {
  const { memory } = scratch;
  const driver = nvml.nvmlSystemGetDriverVersion(memory, SCRATCH_BYTES) === NVML.SUCCESS ? scratch.text() : "";
  const code = newest(nvml.nvmlSystemGetCudaDriverVersion_v2(memory), () =>
    nvml.nvmlSystemGetCudaDriverVersion(memory),
  );
  const cuda = code === NVML.SUCCESS ? scratch.u32() : undefined; // 12040 is 12.4
  return {
    ...(driver === "" ? {} : { driverVersion: driver }),
    ...(cuda === undefined ? {} : { cudaVersion: `${Math.floor(cuda / 1000)}.${Math.floor((cuda % 1000) / 10)}` }),
  };
}

/** Without what is `undefined`. */
function given<Value extends Record<string, string | undefined>>(values: Value) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Value]?: string;
  };
}
