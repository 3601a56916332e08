import type { MetricSpec, Unavailable } from "../model/metric.ts";
import type { Host, Probe } from "../model/probe.ts";

import { openAmdCard } from "./gpu-amd.ts";
import type { GpuCard } from "./gpu-cards.ts";
import { findGpuCards, hasNvidiaDriver } from "./gpu-cards.ts";
import { keysOf, readingsOf, unavailable } from "./readings.ts";

const AMD_SOURCE = "/sys/class/drm/card*/device";
const METRICS = [
  {
    key: "gpu_count",
    unit: "count",
    kind: "gauge",
    description: "GPUs of the machine that a driver knows.",
    source: "/proc/driver/nvidia/gpus and /sys/class/drm",
  },
  {
    key: "gpu_<i>_utilization",
    unit: "percent",
    kind: "gauge",
    description: "How busy the GPU is, averaged by the card over a short time.",
    source: `${AMD_SOURCE}/gpu_busy_percent`,
  },
  {
    key: "gpu_<i>_memory_used",
    unit: "bytes",
    kind: "gauge",
    description: "Memory of the GPU that is in use.",
    source: `${AMD_SOURCE}/mem_info_vram_used`,
  },
  {
    key: "gpu_<i>_memory_total",
    unit: "bytes",
    kind: "gauge",
    description: "Memory of the GPU.",
    source: `${AMD_SOURCE}/mem_info_vram_total`,
  },
  {
    key: "gpu_<i>_memory_percent",
    unit: "percent",
    kind: "gauge",
    description: "Memory in use as a share of the GPU's memory.",
    source: `${AMD_SOURCE}/mem_info_vram_used`,
  },
  {
    key: "gpu_<i>_temperature",
    unit: "celsius",
    kind: "gauge",
    description: "Temperature of the GPU.",
    source: `${AMD_SOURCE}/hwmon/hwmon*/temp*_input`,
  },
] as const satisfies readonly MetricSpec[];

const QUANTITIES = ["utilization", "memory_used", "memory_total", "memory_percent", "temperature"];

/**
 * The GPUs. `<i>` in a key stands for the GPU's number.
 *
 * `gpu_count` is 0 where neither NVIDIA's kernel driver nor an AMD card is there. AMD cards are read through sysfs.
 * Unavailable: everything where /proc or /sys is not mounted; all but the count for NVIDIA cards, which are not read.
 */
export const gpu: Probe = {
  id: "gpu",
  metrics: METRICS,
  open(host) {
    const found = findGpuCards(host);
    if (found === undefined) {
      const reason = `${host.proc} and ${host.sys} do not tell whether there is a GPU`;
      return Promise.resolve(unavailable(keysOf(METRICS), reason));
    }
    const amd = found.filter((card) => card.vendor === "amd").map(openAmdCard);
    const driverFails = hasNvidiaDriver(host) && !found.some((card) => card.vendor === "nvidia");
    return Promise.resolve({
      unavailable: [
        ...(driverFails ? [withoutCards(host)] : []),
        ...found.filter((card) => card.vendor === "nvidia").map(notRead),
        ...amd.flatMap((card) => card.unavailable),
      ],
      sample: () => [
        ...readingsOf({ gpu_count: driverFails ? undefined : found.length }),
        ...amd.flatMap((card) => card.sample()),
      ],
      close() {
        for (const card of amd) card.close();
      },
    });
  },
};

function withoutCards(host: Host): Unavailable {
  const reason = `the NVIDIA driver is loaded, but ${host.proc}/driver/nvidia/gpus shows no card`;
  return unavailable(["gpu_count"], reason, "look for NVRM messages in the kernel log (dmesg)");
}

function notRead(card: GpuCard): Unavailable {
  const metrics = QUANTITIES.map((quantity) => `gpu_${card.index}_${quantity}`);
  return unavailable(
    metrics,
    `this version of tracelet counts NVIDIA cards but does not read them (${card.name ?? "NVIDIA"})`,
  );
}
