import type { Host } from "../model/probe.ts";

/** This machine. `diskPath` is a folder on the file system that the run writes to. */
export function thisHost(diskPath: string): Host {
  return {
    proc: "/proc",
    sys: "/sys",
    platform: process.platform,
    now: () => performance.now(),
    diskPath,
    tmpPath: "/tmp",
    shmPath: "/dev/shm",
  };
}
