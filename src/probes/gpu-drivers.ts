import { existsSync } from "node:fs";

import type { Unavailable } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";

import { openAmdCard } from "./gpu-amd.ts";
import type { GpuCard } from "./gpu-cards.ts";
import { findGpuCards, hasNvidiaDriver } from "./gpu-cards.ts";
import type { GpuDevice, GpuDriver } from "./gpu-device.ts";
import { openNvidiaSmi, type SmiDriver } from "./nvidia-smi.ts";
import { openNvml } from "./nvml.ts";
import { isReason, unavailable } from "./readings.ts";

/** The GPUs of a machine, by all drivers. */
export interface GpuDrivers {
  /** NVIDIA's first, then AMD's; nvidia-smi's appear when they are known. */
  readonly devices: readonly GpuDevice[];
  /** GPUs that a driver knows, MIG devices not counted; absent where that cannot be told. */
  readonly count: number | undefined;
  /** What keeps NVIDIA's GPUs from being read. */
  readonly failure: Unavailable | undefined;
  /** Why there is nothing to read of NVIDIA's now. */
  readonly silence: string | undefined;
  /** How they are read, for `tracelet doctor`. */
  readonly notes: readonly string[];
  readonly driverVersion: string | undefined;
  readonly cudaVersion: string | undefined;
  /** To be called with every reading. */
  look(): void;
  close(): void;
}

interface Nvidia {
  readonly driver?: GpuDriver | SmiDriver;
  readonly failure?: Unavailable;
  readonly notes: readonly string[];
}

/**
 * Opens NVIDIA's driver through NVML, or through nvidia-smi where NVML does not load, and AMD's through sysfs. Nothing is
 * tried where nothing hints at NVIDIA's: its kernel driver on Linux, /dev/dxg under WSL, Windows.
 */
export async function openGpuDrivers(host: Host): Promise<GpuDrivers> {
  const cards = findGpuCards(host) ?? [];
  const known = cards.filter(({ vendor }) => vendor === "nvidia");
  const nvidia = await openNvidia(host, known);
  const { driver } = nvidia;
  const isFailing = driver === undefined && nvidia.failure !== undefined;
  const nvidiaGpus = () => (driver?.devices ?? []).filter(({ migOf }) => migOf === undefined);
  const offset = driver === undefined ? known.length : nvidiaGpus().length;
  const amd = cards.filter(({ vendor }) => vendor === "amd").map((card, at) => openAmdCard(card, offset + at));
  const smi = driver !== undefined && "look" in driver ? driver : undefined;
  return {
    get devices() {
      return [...(driver?.devices ?? []), ...amd];
    },
    get count() {
      if (isFailing) return known.length === 0 ? undefined : known.length + amd.length;
      // Not all of them may have printed their first line yet.
      return smi?.count === undefined && smi !== undefined
        ? undefined
        : (smi?.count ?? nvidiaGpus().length) + amd.length;
    },
    failure: isFailing ? nvidia.failure : undefined,
    get silence() {
      return driver?.failure;
    },
    notes: [...nvidia.notes, ...(amd.length === 0 ? [] : ["AMD's GPUs are read through sysfs"])],
    get driverVersion() {
      return driver?.driverVersion;
    },
    cudaVersion: driver?.cudaVersion,
    look: () => smi?.look(),
    close() {
      driver?.close();
      for (const card of amd) card.close();
    },
  };
}

async function openNvidia(host: Host, known: readonly GpuCard[]): Promise<Nvidia> {
  const { gpu, platform } = host;
  const isCertain = hasNvidiaDriver(host);
  if (gpu === undefined) return isCertain ? { failure: notLookedFor(), notes: [] } : { notes: [] };
  const isPossible =
    gpu.nvmlLibrary !== undefined ||
    platform === "win32" ||
    (platform === "linux" && ["dxg", "nvidiactl"].some((name) => existsSync(`${gpu.dev}/${name}`)));
  if (!isCertain && !isPossible) return { notes: [] };
  const nvml = await openNvml(
    { platform, ...(gpu.nvmlLibrary === undefined ? {} : { library: gpu.nvmlLibrary }) },
    gpu.patience === undefined ? {} : { opening: gpu.patience },
  );
  if (!isReason(nvml)) return { driver: nvml, notes: [noteOf("NVML", nvml)] };
  // nvidia-smi is made of the same library: where that fails, so does nvidia-smi.
  if (nvml.state === "failed") return { failure: nvml, notes: [] };
  const smi = await openNvidiaSmi(gpu, () => host.now());
  if (!isReason(smi)) {
    return { driver: smi, notes: [`${noteOf("nvidia-smi", smi)}, because ${nvml.reason}`] };
  }
  // What is not there says that there is no driver, unless something else says that there is one.
  if (!isCertain && smi.state === "unavailable") return { notes: [`no NVIDIA GPU: ${nvml.reason}`] };
  const cards = known.map(({ name }) => name ?? "NVIDIA").join(", ");
  const there = isCertain ? [cards === "" ? "NVIDIA's driver is loaded" : `there is ${cards}`] : [];
  const reason = [...there, nvml.reason, smi.reason].join("; ");
  return { failure: { ...unavailable([], reason, nvml.hint), state: smi.state }, notes: [] };
}

function notLookedFor(): Unavailable {
  return unavailable([], "NVIDIA's driver is loaded, and nothing says where to look for its library");
}

function noteOf(way: string, { driverVersion, cudaVersion }: GpuDriver | SmiDriver): string {
  const versions = [
    ...(driverVersion === undefined ? [] : [`driver ${driverVersion}`]),
    ...(cudaVersion === undefined ? [] : [`CUDA ${cudaVersion}`]),
  ];
  return `NVIDIA's GPUs are read through ${way}${versions.length === 0 ? "" : ` (${versions.join(", ")})`}`;
}
