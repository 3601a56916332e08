import type { GpuSurroundings } from "../model/probe.ts";
import type { Unavailable } from "../model/metric.ts";

import type { GpuDevice, GpuDriver } from "./gpu-device.ts";
import { quantitiesNotAsked } from "./nvidia-smi-fields.ts";
import { SmiGpu } from "./nvidia-smi-gpu.ts";
import { SmiStream } from "./nvidia-smi-stream.ts";

/** Milliseconds between two lines of one GPU. */
const PERIOD = 1000;
/** Milliseconds that opening waits for all GPUs; without persistence mode the driver may wake up for many seconds. */
const PATIENCE = 1500;
/** Milliseconds before each start after the first. */
const PAUSES = [1000, 5000, 15_000, 60_000, 60_000];
/** Where WSL has it, which is on no PATH. */
const WSL_FOLDER = "/usr/lib/wsl/lib";
const POLL = 25;

/** An nvidia-smi that is running; its devices appear with its first lines. */
export interface SmiDriver extends Omit<GpuDriver, "driverVersion"> {
  readonly driverVersion: string | undefined;
  /** NVIDIA GPUs of the machine; absent before the first line. */
  readonly count: number | undefined;
  /** Why it prints nothing now, where it does not. */
  readonly failure: string | undefined;
  /** Ends one that hangs: to be called with every reading. */
  look(): void;
}

/**
 * NVIDIA's GPUs through one long-lived `nvidia-smi --query-gpu=… --format=csv,noheader,nounits -lms 1000`, where NVML
 * cannot be loaded. https://docs.nvidia.com/deploy/nvidia-smi/index.html
 *
 * Utilization is the mean of the seconds since the last reading, of which each is over 1/6 to 1 second of it; energy is
 * the power of each second, added up. A GPU that has had no line for 5 seconds has no readings, and is lost where others
 * have some.
 * Unavailable: there is no such program. Failed: it prints nothing.
 * @param now milliseconds of a clock that never goes back
 */
export async function openNvidiaSmi(gpu: GpuSurroundings, now: () => number): Promise<SmiDriver | Unavailable> {
  const shared = gpu.shared.take(
    "nvidia-smi",
    () => new SmiStream({ command: "nvidia-smi", env: withWsl(gpu.env), period: PERIOD, now, pauses: PAUSES }),
    (one) => one.close(),
  );
  const stream = shared.thing;
  const devices = new Map<number, SmiGpu>();
  const isOtherFresh = (at: number) => [...devices.values()].some((device) => device.isFresh(at));
  let count: number | undefined;
  let driverVersion: string | undefined;
  const ignore = stream.onRow((row, at) => {
    count = row.count ?? count;
    driverVersion ??= row.driverVersion;
    const known = devices.get(row.index);
    if (known !== undefined) known.take(row, at);
    else
      devices.set(
        row.index,
        new SmiGpu(row, at, { period: PERIOD, notAsked: quantitiesNotAsked(stream.fields), isOtherFresh }),
      );
  });
  const close = () => {
    ignore();
    shared.release();
  };
  const deadline = now() + (gpu.patience ?? PATIENCE);
  const isComplete = () => stream.ended !== undefined || (count !== undefined && devices.size >= count);
  while (!isComplete() && now() < deadline) await pause(POLL);
  if (stream.ended !== undefined && devices.size === 0) {
    close();
    const { reason, isMissing } = stream.ended;
    return { state: isMissing ? "unavailable" : "failed", metrics: [], reason };
  }
  return {
    get devices(): readonly GpuDevice[] {
      return [...devices.values()].sort((one, other) => one.index - other.index);
    },
    get count() {
      return count;
    },
    get driverVersion() {
      return driverVersion;
    },
    get failure() {
      if (isOtherFresh(now())) return undefined;
      return stream.ended?.reason ?? (devices.size === 0 ? undefined : "nvidia-smi has printed nothing for a while");
    },
    look: () => stream.look(),
    close,
  };
}

function withWsl(env: GpuSurroundings["env"]): GpuSurroundings["env"] {
  return { ...env, PATH: [env["PATH"], WSL_FOLDER].filter((one) => one !== undefined).join(":") };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
