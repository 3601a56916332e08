import type { Unavailable } from "../model/metric.ts";

import { TOO_LATE, within } from "./bounded.ts";
import type { GpuDevice } from "./gpu-device.ts";
import type { GpuDrivers } from "./gpu-drivers.ts";

/**
 * Drivers that are being opened, without waiting for them longer than so many milliseconds: one that has to wake its cards
 * up takes seconds for each, and nothing else should wait for that. Until they are open there are no devices.
 */
export async function withPatience(
  opening: Promise<GpuDrivers>,
  milliseconds: number,
  now: () => number,
): Promise<GpuDrivers> {
  const opened = await within(opening, milliseconds);
  return opened === TOO_LATE ? new LateDrivers(opening, now) : opened;
}

/** Milliseconds after which it is worth a word that they are not open yet. */
const SLOW_MS = 15_000;

class LateDrivers implements GpuDrivers {
  readonly #now: () => number;
  readonly #since: number;
  #opened: GpuDrivers | undefined;
  #error: string | undefined;
  #isClosed = false;

  constructor(opening: Promise<GpuDrivers>, now: () => number) {
    this.#now = now;
    this.#since = now();
    void this.#waitFor(opening);
  }

  get devices(): readonly GpuDevice[] {
    return this.#opened?.devices ?? [];
  }

  get count(): number | undefined {
    return this.#opened?.count;
  }

  get failure(): Unavailable | undefined {
    return this.#opened?.failure;
  }

  get silence(): string | undefined {
    if (this.#opened !== undefined || this.#error !== undefined) return this.#error ?? this.#opened?.silence;
    return this.#now() - this.#since < SLOW_MS ? undefined : "the driver has not answered yet";
  }

  get notes(): readonly string[] {
    return this.#opened?.notes ?? [];
  }

  get driverVersion(): string | undefined {
    return this.#opened?.driverVersion;
  }

  get cudaVersion(): string | undefined {
    return this.#opened?.cudaVersion;
  }

  look(): void {
    this.#opened?.look();
  }

  close(): void {
    this.#isClosed = true;
    this.#opened?.close();
  }

  async #waitFor(opening: Promise<GpuDrivers>): Promise<void> {
    try {
      this.#opened = await opening;
    } catch (error) {
      this.#error = String(error);
    }
    if (this.#isClosed) this.#opened?.close();
  }
}
