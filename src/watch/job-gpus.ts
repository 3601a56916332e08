/** From this share of its time on a GPU counts as used. */
const USED_PERCENT = 5;

/**
 * Which GPUs are the command's: those that CUDA_VISIBLE_DEVICES (or HIP_VISIBLE_DEVICES) gives it by number, else those
 * that have worked since the run began. A machine may have others, which are nobody's or somebody else's.
 */
export class JobGpus {
  readonly #given: ReadonlySet<string> | undefined;
  readonly #used = new Set<string>();

  constructor(env: NodeJS.ProcessEnv) {
    const list = env["CUDA_VISIBLE_DEVICES"] ?? env["HIP_VISIBLE_DEVICES"] ?? "";
    // What has a UUID, or is a part of a GPU, cannot be told apart here.
    const numbers = list.split(",").map((name) => name.trim());
    this.#given = numbers.every((name) => /^\d+$/.test(name)) ? new Set(numbers) : undefined;
  }

  /** Takes note of one reading of the machine. */
  see(series: Readonly<Record<string, number>>): void {
    for (const key in series) {
      const index = key.startsWith("gpu_") ? indexIn(key, "utilization") : undefined;
      if (index !== undefined && (series[key] ?? 0) >= USED_PERCENT) this.#used.add(index);
    }
  }

  /** Whether a series is of one of them. */
  has(key: string): boolean {
    const index = /^gpu_(\d+)_/.exec(key)?.[1];
    return index !== undefined && (this.#given ?? this.#used).has(index);
  }
}

function indexIn(key: string, what: string): string | undefined {
  return key.endsWith(`_${what}`) ? /^gpu_(\d+)_/.exec(key)?.[1] : undefined;
}
