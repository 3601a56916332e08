import type { Nvml } from "./nvml-library.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { SCRATCH_BYTES } from "./nvml-scratch.ts";
import { NVML } from "./nvml-status.ts";

/** A device as the driver lists it. */
export interface ListedGpu {
  /** NVML's own number, which follows the PCI addresses. */
  readonly index: number;
  /** Absent where the driver gives no access to it. */
  readonly handle?: bigint;
  /** The driver's code for that. */
  readonly code: number;
  readonly name?: string;
  readonly uuid?: string;
  readonly pciAddress?: string;
  /** Whether it is divided into MIG devices. */
  readonly isDivided: boolean;
  readonly migs: readonly ListedMig[];
}

export interface ListedMig {
  readonly migIndex: number;
  readonly handle: bigint;
  /** Number of the GPU instance that it is a part of. */
  readonly instance: number;
  readonly name?: string;
  readonly uuid?: string;
}

/** More than any machine has; a number above it is no count. */
const MOST_GPUS = 256;
const MOST_MIGS = 64;
const DEVICE_PCI_WORDS = { domain: 4, bus: 5, device: 6 }; // in nvmlPciInfo_t, behind a text of 16 bytes

/** Every GPU that the driver knows, those that it gives no access to included; or the driver's code. */
export function listGpus(nvml: Nvml, scratch: Scratch): ListedGpu[] | number {
  const { memory } = scratch;
  const code = newest(nvml.nvmlDeviceGetCount_v2(memory), () => nvml.nvmlDeviceGetCount(memory));
  if (code !== NVML.SUCCESS) return code;
  const count = Math.min(scratch.u32() ?? 0, MOST_GPUS);
  return Array.from({ length: count }, (_, index) => listGpu(nvml, scratch, index));
}

function listGpu(nvml: Nvml, scratch: Scratch, index: number): ListedGpu {
  const { memory } = scratch;
  const code = newest(nvml.nvmlDeviceGetHandleByIndex_v2(index, memory), () =>
    nvml.nvmlDeviceGetHandleByIndex(index, memory),
  );
  if (code !== NVML.SUCCESS) return { index, code, isDivided: false, migs: [] };
  const handle = scratch.address();
  const isDivided = nvml.nvmlDeviceGetMigMode(handle, memory, memory.subarray(1)) === NVML.SUCCESS && memory[0] === 1;
  return {
    index,
    handle,
    code,
    ...namesOf(nvml, scratch, handle),
    ...pciAddressOf(nvml, scratch, handle),
    isDivided,
    migs: isDivided ? listMigs(nvml, scratch, handle) : [],
  };
}

/** Their numbers may have gaps: where a MIG device was destroyed, its number is free. */
function listMigs(nvml: Nvml, scratch: Scratch, gpu: bigint): ListedMig[] {
  const { memory } = scratch;
  if (nvml.nvmlDeviceGetMaxMigDeviceCount(gpu, memory) !== NVML.SUCCESS) return [];
  const most = Math.min(scratch.u32() ?? 0, MOST_MIGS);
  const migs: ListedMig[] = [];
  for (let migIndex = 0; migIndex < most; migIndex += 1) {
    if (nvml.nvmlDeviceGetMigDeviceHandleByIndex(gpu, migIndex, memory) !== NVML.SUCCESS) continue;
    const handle = scratch.address();
    const instance = nvml.nvmlDeviceGetGpuInstanceId(handle, memory) === NVML.SUCCESS ? (scratch.u32() ?? 0) : 0;
    migs.push({ migIndex, handle, instance, ...namesOf(nvml, scratch, handle) });
  }
  return migs;
}

function namesOf(nvml: Nvml, scratch: Scratch, handle: bigint): { name?: string; uuid?: string } {
  const { memory } = scratch;
  const name = nvml.nvmlDeviceGetName(handle, memory, SCRATCH_BYTES) === NVML.SUCCESS ? scratch.text() : "";
  const uuid = nvml.nvmlDeviceGetUUID(handle, memory, SCRATCH_BYTES) === NVML.SUCCESS ? scratch.text() : "";
  return { ...(name === "" ? {} : { name }), ...(uuid === "" ? {} : { uuid }) };
}

function pciAddressOf(nvml: Nvml, scratch: Scratch, handle: bigint): { pciAddress?: string } {
  const { memory } = scratch;
  const code = newest(nvml.nvmlDeviceGetPciInfo_v3(handle, memory), () => nvml.nvmlDeviceGetPciInfo_v2(handle, memory));
  if (code !== NVML.SUCCESS) return {};
  const part = (word: number, digits: number) => (memory[word] ?? 0).toString(16).padStart(digits, "0");
  const { domain, bus, device } = DEVICE_PCI_WORDS;
  return { pciAddress: `${part(domain, 4)}:${part(bus, 2)}:${part(device, 2)}.0` };
}

/** What the newer function said, or the older one where there is no newer. */
export function newest(code: number, older: () => number): number {
  return code === NVML.FUNCTION_NOT_FOUND ? older() : code;
}
