import type { SmiRow } from "./nvidia-smi-row.ts";

/** Bits of nvmlClocksEventReasons: nvml-throttle.ts means the same by each key. */
const THROTTLED = {
  throttled_percent: 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80,
  throttled_power_percent: 0x4 | 0x80,
  throttled_thermal_percent: 0x20 | 0x40,
  throttled_hardware_percent: 0x8 | 0x40 | 0x80,
} as const;

/** The keys that come of the throttle reasons. */
export const THROTTLE_QUANTITIES: readonly string[] = Object.keys(THROTTLED);

interface Sum {
  sum: number;
  count: number;
  max: number;
}

/** What several lines of one GPU come to: the mean of what is a share of time. */
export class SmiWindow {
  #sums = new Map<string, Sum>();

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  add({ values, throttleReasons }: SmiRow): void {
    const { utilization } = values;
    if (utilization !== undefined) this.#add("utilization", utilization);
    if (throttleReasons === undefined) return;
    for (const [quantity, bits] of Object.entries(THROTTLED)) {
      this.#add(quantity, (throttleReasons & bits) === 0 ? 0 : 100);
    }
  }

  /** What it came to since the last call; nothing of what no line had. */
  take(): Record<string, number> {
    const values: Record<string, number> = {};
    for (const [quantity, { sum, count, max }] of this.#sums) {
      values[quantity] = sum / count;
      if (quantity === "utilization") values["utilization_max"] = max;
    }
    this.#sums = new Map();
    return values;
  }

  #add(quantity: string, value: number): void {
    const known = this.#sums.get(quantity);
    if (known === undefined) {
      this.#sums.set(quantity, { sum: value, count: 1, max: value });
      return;
    }
    known.sum += value;
    known.count += 1;
    known.max = Math.max(known.max, value);
  }
}
