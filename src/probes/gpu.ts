import type { Reading, Unavailable } from "../model/metric.ts";
import type { Host, OpenProbe, Workload } from "../model/probe.ts";

import type { ChosenGpus } from "./gpu-chosen.ts";
import { chooseGpus } from "./gpu-chosen.ts";
import { findGpuCards } from "./gpu-cards.ts";
import type { GpuDrivers } from "./gpu-drivers.ts";
import { openGpuDrivers } from "./gpu-drivers.ts";
import { GPU_METRICS, mainKeysOf } from "./gpu-metrics.ts";
import { withPatience } from "./gpu-late-drivers.ts";
import type { ProcessScan } from "./process-scan.ts";
import { keysOf, unavailable } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";

/** Milliseconds that a run waits for the drivers. */
const PATIENCE = 1500;

/** Readings after which what cannot be read is known. */
const SETTLED = 3;

/**
 * The GPUs that the setting `gpus` chooses. `<i>` in a key stands for the GPU's number: NVIDIA's in PCI order as in
 * nvidia-smi, then AMD's in the order of the kernel. A MIG device has `gpu_<i>_mig_<j>_` before its keys.
 *
 * `gpu_count` is 0 where no driver is there. Unavailable: everything where /proc or /sys is not mounted; what a driver
 * does not tell of a card. Failed: all of NVIDIA's where its driver is broken.
 * Left out: a card that sleeps; one that is lost, but for `gpu_<i>_lost`. Fails: while the driver gives no answer.
 */
export const gpu: ScanningProbe = {
  id: "gpu",
  metrics: GPU_METRICS,
  async open(host, scan) {
    const isWindows = host.platform === "win32" && host.gpu !== undefined;
    if (!isWindows && findGpuCards(host) === undefined) {
      return unavailable(keysOf(GPU_METRICS), `${host.proc} and ${host.sys} do not tell whether there is a GPU`);
    }
    const drivers = await withPatience(openGpuDrivers(host), host.gpu?.patience ?? PATIENCE, () => host.now());
    return new OpenGpus(host, scan, drivers);
  },
};

class OpenGpus implements OpenProbe {
  readonly #host: Host;
  readonly #scan: ProcessScan;
  readonly #drivers: GpuDrivers;
  #chosen: ChosenGpus;
  #known: number;
  #ticks = 0;
  #lastCount = 0;
  #lost: readonly string[] = [];
  unavailable: readonly Unavailable[];

  constructor(host: Host, scan: ProcessScan, drivers: GpuDrivers) {
    this.#host = host;
    this.#scan = scan;
    this.#drivers = drivers;
    this.#chosen = this.#choose();
    this.#known = drivers.devices.length;
    this.unavailable = this.#reasons();
  }

  get notes(): readonly string[] {
    return this.#drivers.notes;
  }

  sample(workload: Workload): Reading[] {
    this.#drivers.look();
    const { count, devices } = this.#drivers;
    if (devices.length !== this.#known) this.#chosen = this.#choose();
    this.#known = devices.length;
    const readings: Reading[] = count === undefined ? [] : [{ key: "gpu_count", value: count }];
    const pids = this.#pidsOf(workload);
    const now = this.#host.now();
    for (const device of this.#chosen.devices) readings.push(...device.sample(now, pids));
    readings.push(...this.#chosen.visible);
    this.#lookForReasons(readings);
    const { silence } = this.#drivers;
    const isAllSilent = readings.length === this.#chosen.visible.length + (count === undefined ? 0 : 1);
    if (silence !== undefined && isAllSilent) throw new Error(silence);
    return readings;
  }

  close(): void {
    this.#drivers.close();
  }

  #choose(): ChosenGpus {
    return chooseGpus(this.#drivers.devices, this.#host.gpu ?? { choice: "all", env: {} });
  }

  /** Drivers find out by and by what a card cannot tell. To ask for that takes longer than a reading. */
  #lookForReasons(readings: readonly Reading[]): void {
    this.#ticks += 1;
    if (this.#ticks > SETTLED && readings.length === this.#lastCount) return;
    this.#lastCount = readings.length;
    this.#lost = readings.flatMap(({ key, value }) => (value === 1 ? (/^gpu_(\d+)_lost$/.exec(key)?.[1] ?? []) : []));
    const reasons = this.#reasons();
    if (JSON.stringify(reasons) !== JSON.stringify(this.unavailable)) this.unavailable = reasons;
  }

  #reasons(): Unavailable[] {
    const { devices, unavailable: choice } = this.#chosen;
    const ofDevices = devices.flatMap((device) => device.unavailable);
    const { failure } = this.#drivers;
    const failures = failure === undefined ? [] : [withKeys(failure, this.#host, this.#drivers)];
    return merged([...failures, ...choice, ...this.#lost.map(lostGpu), ...ofDevices]);
  }

  /** A machine that shows no processes has none of the workload's. */
  #pidsOf(workload: Workload): ReadonlySet<number> {
    if (workload.pid === undefined || this.#chosen.devices.length === 0) return new Set();
    try {
      return new Set(this.#scan.workload(workload).processes.keys());
    } catch {
      return new Set(); // the workload's own probe says that /proc cannot be listed
    }
  }
}

/** Which keys a broken driver keeps from being read. */
function withKeys(failure: Unavailable, host: Host, { count }: GpuDrivers): Unavailable {
  const cards = (findGpuCards(host) ?? []).filter(({ vendor }) => vendor === "nvidia");
  const metrics = cards.flatMap(({ index }) => mainKeysOf(index));
  return { ...failure, metrics: count === undefined ? ["gpu_count", ...metrics] : metrics };
}

function lostGpu(index: string): Unavailable {
  const hint = "look for NVRM Xid messages in the kernel log (dmesg); the card needs a reset or the machine a restart";
  return { ...unavailable(mainKeysOf(Number(index)), `the driver has lost GPU ${index}`, hint), state: "failed" };
}

/** The same reason is said once for all GPUs. */
function merged(reasons: readonly Unavailable[]): Unavailable[] {
  const byReason = new Map<string, Unavailable>();
  for (const one of reasons) {
    const key = JSON.stringify([one.state, one.reason, one.hint]);
    const known = byReason.get(key);
    byReason.set(key, known === undefined ? one : { ...known, metrics: [...known.metrics, ...one.metrics] });
  }
  return [...byReason.values()];
}
