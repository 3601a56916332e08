import type { GpuIdentity } from "./gpu-identity.ts";

/**
 * The AMD GPUs that ROCm leaves to a command, or nothing where it leaves all. Pure.
 * https://rocm.docs.amd.com/en/latest/conceptual/gpu-isolation.html
 *
 *   ROCR_VISIBLE_DEVICES=0,GPU-DEADBEEFDEADBEEF     numbers and UUIDs
 *   HIP_VISIBLE_DEVICES=0,2                         numbers among those that ROCR_VISIBLE_DEVICES has left
 *
 * HIP takes CUDA_VISIBLE_DEVICES where it has none of its own. The first entry that is none ends a list. ROCm counts in the
 * order in which the kernel found the GPUs, as the numbers here do.
 */
export function devicesOfRocm<Device extends GpuIdentity>(
  amd: readonly Device[],
  env: Readonly<Record<string, string | undefined>>,
): Device[] | undefined {
  const rocr = env["ROCR_VISIBLE_DEVICES"];
  const hip = env["HIP_VISIBLE_DEVICES"] ?? env["CUDA_VISIBLE_DEVICES"];
  if (rocr === undefined && hip === undefined) return undefined;
  const left = rocr === undefined ? amd : listed(amd, rocr);
  return [...(hip === undefined ? left : listed(left, hip))];
}

function listed<Device extends GpuIdentity>(among: readonly Device[], list: string): Device[] {
  const found = new Set<Device>();
  for (const entry of list.split(",").map((text) => text.trim())) {
    const device = /^\d+$/.test(entry)
      ? among[Number(entry)]
      : among.find(({ uuid }) => uuid !== undefined && uuid.toLowerCase() === entry.toLowerCase());
    if (device === undefined) break;
    found.add(device);
  }
  return [...found];
}
