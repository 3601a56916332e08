import type { GpuDevice } from "./gpu-device.ts";

/** What tells one GPU from another. */
export type GpuIdentity = Pick<GpuDevice, "index" | "vendor" | "name" | "uuid" | "migOf" | "migIndex">;

/** A device with all that is in it; a MIG device with the GPU that it is in, which has its temperature and its power. */
export function withParts<Device extends GpuIdentity>(all: readonly Device[], device: Device): Device[] {
  const isGpuOf = (one: Device) => one.migOf === undefined && one.vendor === device.vendor;
  if (device.migOf !== undefined) {
    return [...all.filter((one) => isGpuOf(one) && one.index === device.migOf), device];
  }
  return [device, ...all.filter((one) => one.vendor === device.vendor && one.migOf === device.index)];
}
