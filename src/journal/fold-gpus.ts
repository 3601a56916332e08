import type { JournalRecord } from "../model/record.ts";
import type { GpuTotals } from "../model/view.ts";
import { type GpuPart, IDLE_GPU_PERCENT, JobGpus, partsOf, TELLING } from "../model/job-gpus.ts";

type RecordOf<Type extends JournalRecord["type"]> = Extract<JournalRecord, { type: Type }>;

const HOUR = 3_600_000;

/** What one GPU has come to. */
interface Gpu {
  joules: number | undefined;
  lastJoules: number;
  busy: number;
  idle: number;
  peakMemory: number | undefined;
  peakPercent: number | undefined;
}

interface Part extends GpuPart {
  readonly gpu: Gpu;
}

const COUNTED = new Set([...TELLING, "energy", "memory_used", "memory_percent", "lost"]);

/** What the command's GPUs come to, folded sample by sample. */
export class GpuFold {
  readonly #job = new JobGpus();
  readonly #gpus = new Map<string, Gpu>();
  /** What a key is about; `null` for what is no part of the totals. One look-up a key: a sample has hundreds. */
  readonly #keys = new Map<string, Part | null>();
  #lastSample: number | undefined;

  add({ metrics, timestamp }: RecordOf<"sample">): void {
    const elapsed = this.#lastSample === undefined ? 0 : Math.max(0, timestamp - this.#lastSample);
    this.#lastSample = timestamp;
    for (const key in metrics) {
      let part = this.#keys.get(key);
      if (part === undefined) this.#keys.set(key, (part = this.#find(key)));
      if (part === null) continue;
      const value = metrics[key] ?? 0;
      this.#job.note(part, value);
      take(part.gpu, part.quantity, value, elapsed);
    }
  }

  /** Nothing was sampled for a while: the time until the next sample says nothing of the GPUs. */
  gap(): void {
    this.#lastSample = undefined;
  }

  /** @param duration of the run, in milliseconds; nothing where it has no GPU */
  totals(duration: number): GpuTotals | undefined {
    const { devices } = this.#job;
    // What the parts of a GPU have cannot be told from what is others'.
    const whole = [...devices].filter((device) => ![...devices].some((other) => other.startsWith(`${device}_mig_`)));
    const gpus = whole.flatMap((device) => this.#gpus.get(device) ?? []);
    if (gpus.length === 0) return undefined;
    const energies = gpus.flatMap(({ joules }) => joules ?? []);
    const busy = sum(gpus.map((gpu) => gpu.busy));
    const idle = sum(gpus.map((gpu) => gpu.idle));
    const memories = gpus.flatMap(({ peakMemory }) => peakMemory ?? []);
    const percents = gpus.flatMap(({ peakPercent }) => peakPercent ?? []);
    return {
      count: gpus.length,
      hours: (gpus.length * duration) / HOUR,
      ...(energies.length === 0 ? {} : { joules: sum(energies) }),
      ...(busy + idle === 0 ? {} : { idlePercent: (100 * idle) / (busy + idle) }),
      ...(memories.length === 0 ? {} : { peakMemory: Math.max(...memories) }),
      ...(percents.length === 0 ? {} : { peakMemoryPercent: Math.max(...percents) }),
    };
  }

  #find(key: string): Part | null {
    const part = partsOf(key);
    return part === undefined || !COUNTED.has(part.quantity) ? null : { ...part, gpu: this.#gpuOf(part.device) };
  }

  #gpuOf(device: string): Gpu {
    const known = this.#gpus.get(device);
    if (known !== undefined) return known;
    const made = { joules: undefined, lastJoules: 0, busy: 0, idle: 0, peakMemory: undefined, peakPercent: undefined };
    this.#gpus.set(device, made);
    return made;
  }
}

function take(gpu: Gpu, quantity: string, value: number, elapsed: number): void {
  if (quantity === "energy") {
    // A watcher that took over has counted from 0.
    gpu.joules = (gpu.joules ?? 0) + (value < gpu.lastJoules ? value : value - gpu.lastJoules);
    gpu.lastJoules = value;
  }
  if (quantity === "utilization") {
    if (value < IDLE_GPU_PERCENT) gpu.idle += elapsed;
    else gpu.busy += elapsed;
  }
  if (quantity === "memory_used") gpu.peakMemory = Math.max(gpu.peakMemory ?? 0, value);
  if (quantity === "memory_percent") gpu.peakPercent = Math.max(gpu.peakPercent ?? 0, value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
