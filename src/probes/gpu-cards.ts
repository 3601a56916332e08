import { existsSync } from "node:fs";

import type { Host } from "../model/probe.ts";

import { listFolder, readSmallFile } from "./small-file.ts";

/** One GPU that a driver of this machine knows. */
export interface GpuCard {
  /** Counted from 0: NVIDIA's in PCI order, then AMD's in the order of the kernel. */
  readonly index: number;
  readonly vendor: "nvidia" | "amd";
  /** The product name where the driver tells it. */
  readonly name?: string;
  /** The driver's folder for this card. */
  readonly folder: string;
}

const AMD_VENDOR_ID = "0x1002";

/**
 * The GPUs of this machine, or `undefined` where that cannot be known: /proc or /sys is not mounted.
 *
 *   /proc/driver/nvidia/gpus/0000:01:00.0/information      NVIDIA's kernel driver
 *   /sys/class/drm/card0/device/vendor                     https://docs.kernel.org/gpu/amdgpu/
 */
export function findGpuCards(host: Host): GpuCard[] | undefined {
  if (!existsSync(`${host.proc}/stat`) || !existsSync(`${host.sys}/class`)) return undefined;
  return [...nvidiaCards(host), ...amdCards(host)].map((card, index) => ({ index, ...card }));
}

/** Whether NVIDIA's kernel driver is loaded, with cards or without. */
export function hasNvidiaDriver(host: Host): boolean {
  return existsSync(`${host.proc}/driver/nvidia`);
}

function nvidiaCards(host: Host): Omit<GpuCard, "index">[] {
  const folder = `${host.proc}/driver/nvidia/gpus`;
  return (listFolder(folder) ?? []).map((address) => {
    const information = readSmallFile(`${folder}/${address}/information`) ?? "";
    return { vendor: "nvidia", folder: `${folder}/${address}`, ...named(parseNvidiaModel(information)) };
  });
}

/**
 * The product in NVIDIA's text about a card. Pure.
 *
 *   Model: 		 NVIDIA H100 80GB HBM3
 */
export function parseNvidiaModel(text: string): string | undefined {
  return /^Model:\s*(\S.*?)\s*$/m.exec(text)?.[1];
}

function amdCards(host: Host): Omit<GpuCard, "index">[] {
  const folder = `${host.sys}/class/drm`;
  return (listFolder(folder) ?? [])
    .filter((name) => /^card\d+$/.test(name)) // card0-DP-1 is a connector
    .sort((one, other) => Number(one.slice(4)) - Number(other.slice(4)))
    .map((name) => `${folder}/${name}/device`)
    .filter((device) => readSmallFile(`${device}/vendor`) === AMD_VENDOR_ID)
    .map((device) => ({ vendor: "amd", folder: device, ...named(readSmallFile(`${device}/product_name`)) }));
}

function named(name: string | undefined): { name?: string } {
  return name === undefined || name === "" ? {} : { name };
}
