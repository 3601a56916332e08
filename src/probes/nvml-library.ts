import { existsSync } from "node:fs";
import type { LibraryHandle } from "koffi";

import type { Unavailable } from "../model/metric.ts";

import { messageOf } from "./kept-file.ts";
import type { NvmlPlaces } from "./nvml-places.ts";
import { nvmlCandidates } from "./nvml-places.ts";
import { NVML } from "./nvml-status.ts";
import { unavailable } from "./readings.ts";

/** What is handed to a function of NVML: a number, the address of a handle, or memory that it may write to. */
type Argument = number | bigint | NodeJS.TypedArray | null;

/** Returns one of the codes of nvml-status.ts. */
type NvmlFunction = (...args: Argument[]) => number;

/** NVML's functions by their names. One that the library lacks answers as NVML does: FUNCTION_NOT_FOUND. */
export type Nvml = Readonly<Record<keyof typeof FUNCTIONS, NvmlFunction>>;

/** How a parameter is handed over: `h` a handle, `p` memory, `i` a 32-bit number, `l` a 64-bit one. */
const TYPES: Readonly<Record<string, string>> = { h: "void *", p: "void *", i: "uint32_t", l: "uint64_t" };

/** https://docs.nvidia.com/deploy/nvml-api/ */
const FUNCTIONS = {
  nvmlInit_v2: "",
  nvmlInit: "",
  nvmlShutdown: "",
  nvmlSystemGetDriverVersion: "pi",
  nvmlSystemGetCudaDriverVersion_v2: "p",
  nvmlSystemGetCudaDriverVersion: "p",
  nvmlDeviceGetCount_v2: "p",
  nvmlDeviceGetCount: "p",
  nvmlDeviceGetHandleByIndex_v2: "ip",
  nvmlDeviceGetHandleByIndex: "ip",
  nvmlDeviceGetName: "hpi",
  nvmlDeviceGetUUID: "hpi",
  nvmlDeviceGetPciInfo_v3: "hp",
  nvmlDeviceGetPciInfo_v2: "hp",
  nvmlDeviceGetMigMode: "hpp",
  nvmlDeviceGetMaxMigDeviceCount: "hp",
  nvmlDeviceGetMigDeviceHandleByIndex: "hip",
  nvmlDeviceGetGpuInstanceId: "hp",
  nvmlDeviceGetSamples: "hilppp",
  nvmlDeviceGetUtilizationRates: "hp",
  nvmlDeviceGetMemoryInfo_v2: "hp",
  nvmlDeviceGetMemoryInfo: "hp",
  nvmlDeviceGetTemperature: "hip",
  nvmlDeviceGetTemperatureV: "hp",
  nvmlDeviceGetPowerUsage: "hp",
  nvmlDeviceGetEnforcedPowerLimit: "hp",
  nvmlDeviceGetPowerManagementLimit: "hp",
  nvmlDeviceGetClockInfo: "hip",
  nvmlDeviceGetTotalEnergyConsumption: "hp",
  nvmlDeviceGetViolationStatus: "hip",
  nvmlDeviceGetCurrentClocksEventReasons: "hp",
  nvmlDeviceGetCurrentClocksThrottleReasons: "hp",
  nvmlDeviceGetTotalEccErrors: "hiip",
  nvmlDeviceGetFanSpeed: "hp",
  nvmlDeviceGetCurrPcieLinkGeneration: "hp",
  nvmlDeviceGetCurrPcieLinkWidth: "hp",
  nvmlDeviceGetComputeRunningProcesses_v3: "hpp",
  nvmlDeviceGetComputeRunningProcesses_v2: "hpp",
  nvmlDeviceGetGraphicsRunningProcesses_v3: "hpp",
  nvmlDeviceGetGraphicsRunningProcesses_v2: "hpp",
  nvmlDeviceGetMPSComputeRunningProcesses_v3: "hpp",
  nvmlGpmQueryDeviceSupport: "hp",
  nvmlGpmSampleAlloc: "p",
  nvmlGpmSampleFree: "h",
  nvmlGpmSampleGet: "hh",
  nvmlGpmMigSampleGet: "hih",
  nvmlGpmMetricsGet: "p",
} as const;

/**
 * Loads NVML, which comes with NVIDIA's driver, through koffi, which is an optional dependency.
 * Unavailable: koffi is not there, or no library is. Failed: there is one, and the system does not load it.
 */
export async function loadNvml(places: NvmlPlaces): Promise<Nvml | Unavailable> {
  const candidates = nvmlCandidates(places);
  if (candidates.length === 0) return unavailable([], `NVIDIA has no driver for ${places.platform}`);
  let load: (path: string) => LibraryHandle;
  try {
    ({ load } = (await import("koffi")).default);
  } catch (error) {
    const hint = "install tracelet with its optional dependencies: npm install --include=optional";
    return unavailable([], `the package koffi, through which NVML is called, does not load: ${messageOf(error)}`, hint);
  }
  const refused: string[] = [];
  for (const path of candidates) {
    // A bare name is for the system's loader to find; a path that is there and refused is worth a word.
    const isThere = existsSync(path);
    if (!isThere && /[/\\]/.test(path)) continue;
    try {
      return functionsOf(load(path));
    } catch (error) {
      if (isThere) refused.push(`${path} does not load: ${messageOf(error)}`);
    }
  }
  const [reason] = refused;
  if (reason !== undefined) return { state: "failed", metrics: [], reason };
  const hint = "in a container, start it with the NVIDIA runtime and NVIDIA_DRIVER_CAPABILITIES=utility";
  return unavailable([], `${candidates[0]} (NVML) is in none of the usual places`, hint);
}

function functionsOf(library: LibraryHandle): Nvml {
  const functions: Record<string, NvmlFunction> = {};
  for (const [name, parameters] of Object.entries(FUNCTIONS)) {
    const types = parameters.split("").map((letter) => TYPES[letter] ?? "void *");
    functions[name] = functionOf(library, name, types);
  }
  return functions as Nvml;
}

function functionOf(library: LibraryHandle, name: string, types: string[]): NvmlFunction {
  try {
    return library.func(name, "int", types);
  } catch {
    // Drivers lack what is newer than they are, and koffi says that by throwing.
    return () => NVML.FUNCTION_NOT_FOUND;
  }
}
