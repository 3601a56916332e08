import type { GpuIdentity } from "./gpu-identity.ts";
import { withParts } from "./gpu-identity.ts";

/** In which order CUDA counts GPUs: by their place on the bus, as NVML does, or the fastest first. */
export type CudaOrder = "PCI_BUS_ID" | "FASTEST_FIRST";

/** The order that CUDA_DEVICE_ORDER asks for. Pure. */
export function cudaOrder(text: string | undefined): CudaOrder {
  return text === "PCI_BUS_ID" ? "PCI_BUS_ID" : "FASTEST_FIRST";
}

/**
 * The GPUs of a list in CUDA_VISIBLE_DEVICES, in its order, with the MIG devices in them; or in one sentence why they
 * cannot be told. Pure. `list` absent: all.
 * https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#cuda-environment-variables
 *
 *   2,0                             numbers, in the order of CUDA_DEVICE_ORDER
 *   GPU-8932f937,GPU-4a3c           UUIDs, or as much of one as tells it from the others
 *   MIG-5c89852c-d268-…             a MIG device
 *   MIG-GPU-8932f937-…/1/0          the same for drivers before 470: GPU, GPU instance, compute instance
 *
 * What the first entry is, all must be. The first that is none, such as -1, ends the list; an entry that comes twice
 * leaves nothing of it. CUDA reads numbers as C's strtoul does: `1gpu` is 1.
 *
 * The fastest is first where nothing else is asked for, by a measure that NVIDIA does not tell: numbers mean the same as
 * NVML's only where all GPUs are of one kind, or all are listed.
 */
export function devicesOfCuda<Device extends GpuIdentity>(
  nvidia: readonly Device[],
  list: string | undefined,
  order: CudaOrder,
): Device[] | string {
  if (list === undefined) return [...nvidia];
  const entries = list.split(",").map((entry) => entry.trim());
  if (/^(GPU|MIG)-/.test(list.trim())) return byUuid(nvidia, entries);
  const gpus = nvidia.filter(({ migOf }) => migOf === undefined).sort((one, other) => one.index - other.index);
  const numbers = readNumbers(entries, gpus.length);
  const names = new Set(gpus.map(({ name }) => name));
  const isOrderKnown = order === "PCI_BUS_ID" || (names.size === 1 && !names.has(undefined)) || gpus.length === 1;
  if (!isOrderKnown && numbers.length > 0 && numbers.length < gpus.length) {
    return `CUDA_VISIBLE_DEVICES=${list} counts from the fastest GPU, and which of these is the fastest is CUDA's secret`;
  }
  return numbers.flatMap((number) => {
    const gpu = gpus[number];
    return gpu === undefined ? [] : withParts(nvidia, gpu);
  });
}

function readNumbers(entries: readonly string[], count: number): number[] {
  const numbers: number[] = [];
  for (const entry of entries) {
    const number = Number(/^\+?\d+/.exec(entry)?.[0] ?? -1);
    if (numbers.includes(number)) return [];
    if (number < 0 || number >= count) break;
    numbers.push(number);
  }
  return numbers;
}

function byUuid<Device extends GpuIdentity>(nvidia: readonly Device[], entries: readonly string[]): Device[] | string {
  const kind = entries[0]?.slice(0, 4) ?? "";
  const found: Device[] = [];
  for (const entry of entries) {
    if (!entry.startsWith(kind)) break;
    const device = withUuid(nvidia, entry) ?? gpuOfOldName(nvidia, entry);
    if (device === undefined && kind === "MIG-" && !nvidia.some(({ migOf }) => migOf !== undefined)) {
      return `CUDA_VISIBLE_DEVICES names the MIG device ${entry}, and what reads the GPUs here shows no MIG devices`;
    }
    if (device === undefined) break;
    if (found.includes(device)) return [];
    found.push(device);
  }
  return [...new Set(found.flatMap((device) => withParts(nvidia, device)))];
}

/** The only one whose UUID begins so. */
function withUuid<Device extends GpuIdentity>(nvidia: readonly Device[], start: string): Device | undefined {
  const matching = nvidia.filter(({ uuid }) => uuid?.toLowerCase().startsWith(start.toLowerCase()) === true);
  return matching.length === 1 ? matching[0] : undefined;
}

/** A newer driver has other names for MIG devices: of the old one only the GPU can be told. */
function gpuOfOldName<Device extends GpuIdentity>(nvidia: readonly Device[], entry: string): Device | undefined {
  const gpu = /^MIG-(GPU-[^/]+)\/\d+\/\d+$/.exec(entry)?.[1];
  return gpu === undefined ? undefined : withUuid(nvidia, gpu);
}
