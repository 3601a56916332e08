import type { Host } from "../model/probe.ts";

import { chooseGpus } from "./gpu-chosen.ts";
import type { GpuDrivers } from "./gpu-drivers.ts";
import { openGpuDrivers } from "./gpu-drivers.ts";
import type { GpuIdentity } from "./gpu-identity.ts";

/** What GPUs a machine has: `gpu_0_name`, `gpu_0_uuid`, the versions of NVIDIA's driver; of those that are sampled. */
export async function gpuFacts(host: Host): Promise<Readonly<Record<string, string | undefined>>> {
  return withDrivers(host, (drivers) => {
    const facts = chosenOf(host, drivers).flatMap((device) => [
      [`${prefixOf(device)}_name`, device.name] as const,
      [`${prefixOf(device)}_uuid`, device.uuid] as const,
    ]);
    return { ...Object.fromEntries(facts), nvidia_driver: drivers.driverVersion, cuda_version: drivers.cudaVersion };
  });
}

/** The GPUs that are sampled, and the MIG devices in them. */
export async function listGpus(host: Host): Promise<GpuIdentity[]> {
  return withDrivers(host, (drivers) =>
    chosenOf(host, drivers).map(({ index, vendor, name, uuid, migOf, migIndex }) => ({
      index,
      vendor,
      ...(name === undefined ? {} : { name }),
      ...(uuid === undefined ? {} : { uuid }),
      ...(migOf === undefined ? {} : { migOf }),
      ...(migIndex === undefined ? {} : { migIndex }),
    })),
  );
}

function chosenOf(host: Host, drivers: GpuDrivers) {
  return chooseGpus(drivers.devices, host.gpu ?? { choice: "all", env: {} }).devices;
}

function prefixOf({ index, migIndex }: GpuIdentity): string {
  return migIndex === undefined ? `gpu_${index}` : `gpu_${index}_mig_${migIndex}`;
}

async function withDrivers<Value>(host: Host, ask: (drivers: GpuDrivers) => Value): Promise<Value> {
  const drivers = await openGpuDrivers(host);
  try {
    return ask(drivers);
  } finally {
    drivers.close();
  }
}
