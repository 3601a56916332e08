import type { Probe } from "../model/probe.ts";

import { CONTAINER_CPU_METRICS, openContainerCpu } from "./container-cpu.ts";
import { CONTAINER_IO_METRICS, openContainerIo } from "./container-io.ts";
import { CONTAINER_MEMORY_METRICS, openContainerMemory } from "./container-memory.ts";
import { CONTAINER_PRESSURE_METRICS, openContainerPressure } from "./container-pressure.ts";

/**
 * What a container limits, beside the machine's own numbers: inside one, those of /proc are still the machine's.
 *
 * Limits can stand at any level of control groups above this process: the smallest counts, and what is used of it is
 * read at that same level, so that a share is of what the limit is about (a pod's limit is shared by its containers). The
 * cores in use, what the disks moved and the pressure are those of the own group.
 * Both versions of control groups are read, and hosts that have both. The command is in the same groups as we are.
 * Which limit it is that binds is recorded with the machine; see inventory.ts.
 *
 * Unavailable: the CPU keys where no group gives less than the machine has; the limit and share of memory where no group
 * limits it; everything where control groups are not mounted.
 * Left out: the shares of CPU and the rates when less than 10 ms or no period of the quota passed.
 */
export const container: Probe = {
  id: "container",
  metrics: [
    ...CONTAINER_CPU_METRICS,
    ...CONTAINER_MEMORY_METRICS,
    ...CONTAINER_IO_METRICS,
    ...CONTAINER_PRESSURE_METRICS,
  ],
  open(host) {
    const parts = [
      openContainerCpu(host),
      openContainerMemory(host),
      openContainerIo(host),
      openContainerPressure(host),
    ];
    return Promise.resolve({
      unavailable: parts.flatMap((part) => part.unavailable),
      sample: () => parts.flatMap((part) => part.sample()),
      close() {
        for (const part of parts) part.close();
      },
    });
  },
};
