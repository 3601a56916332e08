import type { Nvml } from "./nvml-library.ts";
import { percentOf, wide } from "./nvml-scratch.ts";
import { isForGood, NVML } from "./nvml-status.ts";

/** What the driver measured since the last look, several times a second. */
export interface SampleWindow {
  /** Percent; `undefined` where there was nothing new, or nothing possible. */
  readonly mean: number | undefined;
  readonly max: number | undefined;
  /** Looks. Returns the driver's code; one that is for good is not asked for again. */
  read(handle: bigint): number;
}

export const GPU_SAMPLES = 1; // NVML_GPU_UTILIZATION_SAMPLES
export const MEMORY_SAMPLES = 2; // NVML_MEMORY_UTILIZATION_SAMPLES

/** Samples that are taken at once. Drivers keep about a hundred. */
const ROOM = 256;
const MOST_ROOM = 16 * 1024;
/** nvmlSample_t: a time stamp and a value, of 8 bytes each. */
const SAMPLE_BYTES = 16;

/** The forms of a value (nvmlValueType_t). */
const DOUBLE = 0;
const UNSIGNED_INT = 1;
const SIGNED_INT = 5;
const UNSIGNED_SHORT = 6;

/**
 * The driver's buffer of utilization samples. https://docs.nvidia.com/deploy/nvml-api/ (nvmlDeviceGetSamples)
 * It gives those that are newer than the newest one seen, by its own time stamps in microseconds. Where the buffer is
 * shorter than the time since the last look, what comes of it is over the buffer.
 */
export function createSampleWindow(nvml: Nvml, type: number): SampleWindow {
  let buffer = bufferFor(ROOM);
  const valueType = new Uint32Array(1);
  const count = new Uint32Array(1);
  let lastSeen = 0;
  let mean: number | undefined;
  let max: number | undefined;
  let refused: number | undefined;
  const ask = (handle: bigint): number => {
    count[0] = buffer.room;
    return nvml.nvmlDeviceGetSamples(handle, type, lastSeen, valueType, count, buffer.bytes);
  };
  const take = (): void => {
    let sum = 0;
    let taken = 0;
    let newest = lastSeen;
    for (let index = 0; index < Math.min(count[0] ?? 0, buffer.room); index += 1) {
      const time = wide(buffer.words[4 * index], buffer.words[4 * index + 1]) ?? 0;
      const value = percentOf(valueAt(buffer, index, valueType[0] ?? UNSIGNED_INT));
      // Slots that were never filled have no time.
      if (time <= lastSeen || value === undefined) continue;
      newest = Math.max(newest, time);
      sum += value;
      taken += 1;
      max = Math.max(max ?? 0, value);
    }
    lastSeen = newest;
    if (taken > 0) mean = sum / taken;
  };
  return {
    get mean() {
      return mean;
    },
    get max() {
      return max;
    },
    read(handle) {
      mean = undefined;
      max = undefined;
      if (refused !== undefined) return refused;
      let code = ask(handle);
      if (code === NVML.INSUFFICIENT_SIZE && buffer.room < MOST_ROOM) {
        buffer = bufferFor(Math.min(Math.max(count[0] ?? 0, 2 * buffer.room), MOST_ROOM));
        code = ask(handle);
      }
      if (code === NVML.SUCCESS) take();
      if (isForGood(code)) refused = code;
      return code;
    },
  };
}

interface SampleBuffer {
  readonly room: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
}

function bufferFor(room: number): SampleBuffer {
  const bytes = new Uint8Array(room * SAMPLE_BYTES);
  return { room, bytes, words: new Uint32Array(bytes.buffer), doubles: new Float64Array(bytes.buffer) };
}

function valueAt({ words, doubles }: SampleBuffer, index: number, type: number): number | undefined {
  const low = words[4 * index + 2];
  switch (type) {
    case DOUBLE:
      return doubles[2 * index + 1];
    case UNSIGNED_INT:
      return low;
    case SIGNED_INT:
      return low === undefined ? undefined : low | 0;
    case UNSIGNED_SHORT:
      return low === undefined ? undefined : low & 0xffff;
    default:
      // 64 bits, or 32 on Windows for `unsigned long`; a percentage is in the lower half.
      return low;
  }
}
