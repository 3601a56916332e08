import type { GpuSurroundings, Host } from "../model/probe.ts";

import { createSharedThings } from "./shared-things.ts";

/** Path of NVML's library, where it is in none of the usual places. */
const NVML_VARIABLE = "TRACELET_NVML_LIBRARY";

/**
 * This machine. `diskPath` is a folder on the file system that the run writes to; `gpus` says whose GPUs count, and has the
 * environment that tells where their drivers are. Without it NVIDIA's are not read.
 */
export function thisHost(diskPath: string, gpus?: Pick<GpuSurroundings, "choice" | "env" | "patience">): Host {
  return {
    proc: "/proc",
    sys: "/sys",
    platform: process.platform,
    now: () => performance.now(),
    diskPath,
    tmpPath: "/tmp",
    shmPath: "/dev/shm",
    ...(gpus === undefined ? {} : { gpu: surroundings(gpus) }),
  };
}

function surroundings(gpus: Pick<GpuSurroundings, "choice" | "env" | "patience">): GpuSurroundings {
  const library = gpus.env[NVML_VARIABLE] ?? "";
  return {
    ...gpus,
    dev: "/dev",
    ...(library === "" ? {} : { nvmlLibrary: library }),
    shared: createSharedThings(),
  };
}
