import type { Host } from "../model/probe.ts";

import { chooseGpus } from "./gpu-chosen.ts";
import { openGpuDrivers } from "./gpu-drivers.ts";

/** What GPUs a machine has: `gpu_0_name`, `gpu_0_uuid`, the versions of NVIDIA's driver; of those that are sampled. */
export async function gpuFacts(host: Host): Promise<Readonly<Record<string, string | undefined>>> {
  const drivers = await openGpuDrivers(host);
  try {
    const { devices } = chooseGpus(drivers.devices, host.gpu ?? { choice: "all", env: {} });
    const facts = devices.map(({ index, migIndex, name, uuid }) => {
      const prefix = migIndex === undefined ? `gpu_${index}` : `gpu_${index}_mig_${migIndex}`;
      return { [`${prefix}_name`]: name, [`${prefix}_uuid`]: uuid };
    });
    return Object.assign({}, ...facts, {
      nvidia_driver: drivers.driverVersion,
      cuda_version: drivers.cudaVersion,
    }) as Record<string, string | undefined>;
  } finally {
    drivers.close();
  }
}
