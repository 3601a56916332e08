import { existsSync } from "node:fs";

import type { MetricSpec } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";

import { findCgroup } from "./cgroup-folders.ts";
import type { ContainerPart } from "./container-part.ts";
import { partWithout } from "./container-part.ts";
import { openPressure } from "./pressure.ts";
import { isReason, keysOf, unavailable } from "./readings.ts";
import { readSmallFile } from "./small-file.ts";

export const CONTAINER_PRESSURE_METRICS = [
  {
    key: "container_cpu_pressure_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the time since the last reading in which some task of the container waited for a CPU.",
    source: "cpu.pressure (cgroup v2)",
  },
  {
    key: "container_cpu_pressure_full_percent",
    unit: "percent",
    kind: "gauge",
    description:
      "Share of the time since the last reading in which all tasks of the container that wanted a CPU waited for one: its quota was used up.",
    source: "cpu.pressure (cgroup v2, Linux 5.13)",
  },
  {
    key: "container_memory_pressure_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the time since the last reading in which some task of the container waited for memory.",
    source: "memory.pressure (cgroup v2)",
  },
  {
    key: "container_memory_pressure_full_percent",
    unit: "percent",
    kind: "gauge",
    description:
      "Share of the time since the last reading in which no task of the container could work for want of memory.",
    source: "memory.pressure (cgroup v2)",
  },
  {
    key: "container_io_pressure_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the time since the last reading in which some task of the container waited for the disk.",
    source: "io.pressure (cgroup v2)",
  },
  {
    key: "container_io_pressure_full_percent",
    unit: "percent",
    kind: "gauge",
    description:
      "Share of the time since the last reading in which no task of the container could work because of the disk.",
    source: "io.pressure (cgroup v2)",
  },
] as const satisfies readonly MetricSpec[];

/**
 * How long the tasks of this process's own group waited: inside a container /proc/pressure is the machine's.
 * https://docs.kernel.org/accounting/psi.html#cgroup2-interface
 */
export function openContainerPressure(host: Host): ContainerPart {
  const keys = keysOf(CONTAINER_PRESSURE_METRICS);
  // Version 1 has no such files, and no controller of this name that could hide those of version 2.
  const folder = findCgroup(host, "pressure")?.folders[0];
  // The one file that every group has but the machine's own, at the root.
  if (folder === undefined || !existsSync(`${folder}/cgroup.events`)) {
    return partWithout(keys, "this process is in no control group of version 2, apart from the machine's own");
  }
  // Older kernels have no such line for the CPU.
  const isOld = !/^full /m.test(readSmallFile(`${folder}/cpu.pressure`) ?? "full ");
  const files = (["cpu", "memory", "io"] as const).map((name) => {
    const some = `container_${name}_pressure_percent`;
    const full = `container_${name}_pressure_full_percent`;
    return { path: `${folder}/${name}.pressure`, keys: { some, ...(isOld && name === "cpu" ? {} : { full }) } };
  });
  const opened = openPressure(host, files);
  if (isReason(opened)) return { unavailable: [opened], sample: () => [], close: () => undefined };
  if (!isOld) return opened;
  const missing = unavailable(["container_cpu_pressure_full_percent"], `${folder}/cpu.pressure has no total of 'full'`);
  return { ...opened, unavailable: [...opened.unavailable, missing] };
}
