import type { Reading, Unavailable } from "../model/metric.ts";
import type { GpuSurroundings } from "../model/probe.ts";

import type { GpuDevice } from "./gpu-device.ts";
import { namedGpus, visibleGpus } from "./gpu-visible.ts";
import { unavailable } from "./readings.ts";

/** Which of the GPUs are read, and which the command can see. */
export interface ChosenGpus {
  readonly devices: readonly GpuDevice[];
  /** `gpu_<i>_visible` of those that are read, where something says which the command can see. */
  readonly visible: readonly Reading[];
  /** What of the choice cannot be done. */
  readonly unavailable: readonly Unavailable[];
}

/** Chooses as the setting `gpus` says. Pure. */
export function chooseGpus(
  all: readonly GpuDevice[],
  { choice, env }: Pick<GpuSurroundings, "choice" | "env">,
): ChosenGpus {
  if (typeof choice === "object") return chooseNamed(all, choice);
  const { devices, isRestricted, doubt } = visibleGpus(all, env);
  const doubts = doubt === undefined ? [] : [withoutOrder(all, doubt)];
  const chosen = choice === "all" ? all : all.filter((device) => devices.has(device));
  return {
    devices: chosen,
    visible: isRestricted ? chosen.map((device) => visibility(device, devices.has(device))) : [],
    unavailable: doubts,
  };
}

function chooseNamed(all: readonly GpuDevice[], names: readonly string[]): ChosenGpus {
  const { devices, unknown } = namedGpus(all, names);
  const chosen = all.filter((device) => devices.has(device));
  const there = all.filter(({ migOf }) => migOf === undefined).map(({ index }) => index);
  return {
    devices: chosen,
    visible: chosen.map((device) => visibility(device, true)),
    unavailable: unknown.map((name) =>
      unavailable(
        [/^\d+$/.test(name) ? `gpu_${name}_utilization` : "gpu_<i>_utilization"],
        `gpus is '${names.join(",")}', and '${name}' is none of the GPUs (${there.join(", ") || "there is none"})`,
        "type --gpus all, or look at the numbers in tracelet snapshot",
      ),
    ),
  };
}

function withoutOrder(all: readonly GpuDevice[], doubt: string): Unavailable {
  const keys = all.map((device) => visibility(device, true).key);
  return unavailable(keys, doubt, "set CUDA_DEVICE_ORDER=PCI_BUS_ID, list UUIDs, or type --gpus with numbers");
}

function visibility({ index, migIndex }: GpuDevice, isVisible: boolean): Reading {
  const part = migIndex === undefined ? "" : `mig_${migIndex}_`;
  return { key: `gpu_${index}_${part}visible`, value: isVisible ? 1 : 0 };
}
