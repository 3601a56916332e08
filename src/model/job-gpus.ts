/** Below this share of its time, in percent, a GPU counts as idle. */
export const IDLE_GPU_PERCENT = 5;

const GPU_KEY = /^gpu_(\d+(?:_mig_\d+)?)_(.+)$/;

/** What tells whose a GPU is. */
export const TELLING: ReadonlySet<string> = new Set(["visible", "workload_processes", "utilization"]);

type Series = Readonly<Record<string, number>>;

/** What a series is about. */
export interface GpuPart {
  /** As in its keys: `0`, and `0_mig_1` for a MIG device. */
  readonly device: string;
  readonly quantity: string;
}

/**
 * Which of the GPUs that are sampled are the command's. Those that it can see, where something says which
 * (`gpu_<i>_visible`); else those on which the driver shows processes of it; else, where the driver tells no processes,
 * those that have worked since the run began. A machine may have others, which are nobody's or somebody else's.
 */
export class JobGpus {
  /** What a key tells of whose a GPU is; `null` where it tells nothing. */
  readonly #keys = new Map<string, GpuPart | null>();
  readonly #visible = new Set<string>();
  readonly #owned = new Set<string>();
  readonly #used = new Set<string>();
  #isGiven = false;

  /** Takes note of one reading of the machine, or of the highest values of several. */
  see(series: Series): void {
    for (const key in series) {
      let part = this.#keys.get(key);
      if (part === undefined) this.#keys.set(key, (part = tellingPart(key)));
      if (part !== null) this.note(part, series[key] ?? 0);
    }
  }

  /** Their numbers, as in keys: `0`, and `0_mig_1` for a MIG device. */
  get devices(): ReadonlySet<string> {
    if (this.#isGiven) return this.#visible;
    return this.#owned.size > 0 ? this.#owned : this.#used;
  }

  /** Something says whose they are; else they are those that have worked, whoever had them work. */
  get areSure(): boolean {
    return this.#isGiven || this.#owned.size > 0;
  }

  /** Whether a series is of one of them. A lost GPU is the command's where nothing says whose it was. */
  has(key: string): boolean {
    const found = partsOf(key);
    if (found === undefined) return false;
    return this.devices.has(found.device) || (found.quantity === "lost" && this.devices.size === 0);
  }

  /** Takes note of one value. */
  note({ device, quantity }: GpuPart, value: number): void {
    if (quantity === "visible") {
      this.#isGiven = true;
      if (value > 0) this.#visible.add(device);
    }
    if (quantity === "workload_processes" && value > 0) this.#owned.add(device);
    if (quantity === "utilization" && value >= IDLE_GPU_PERCENT) this.#used.add(device);
  }
}

function tellingPart(key: string): GpuPart | null {
  const part = partsOf(key);
  return part === undefined || !TELLING.has(part.quantity) ? null : part;
}

/** The GPU of a series, or the MIG device, and what it is about. */
export function partsOf(key: string): GpuPart | undefined {
  const [, device, quantity] = key.startsWith("gpu_") ? (GPU_KEY.exec(key) ?? []) : [];
  return device === undefined || quantity === undefined ? undefined : { device, quantity };
}
