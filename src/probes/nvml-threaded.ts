import type { Worker } from "node:worker_threads";

import type { Reading, Unavailable } from "../model/metric.ts";

import { exitDespiteThread } from "./exit-despite-thread.ts";
import type { GpuDevice, GpuDriver } from "./gpu-device.ts";
import type { NvmlOpened } from "./nvml-serve.ts";
import type { NvmlShared } from "./nvml-shared.ts";
import { AT, MOST_PIDS } from "./nvml-shared.ts";

/**
 * The driver as the thread that asks sees it. The first device that is read at a time asks for all that were read the
 * time before: one question a tick.
 */
export class ThreadedDriver implements GpuDriver {
  readonly devices: readonly GpuDevice[];
  readonly driverVersion?: string;
  readonly cudaVersion?: string;
  readonly #shared: NvmlShared;
  readonly #patience: number;
  /** The time of the last question, and who was answered about then. */
  #now: number | undefined;
  readonly #answered = new Set<number>();
  /** Who was read at that time, and at the time before. */
  #read = new Set<number>();
  #readBefore = new Set<number>();
  /** Number of the last question. */
  #asked = 0;
  #hasEnded = false;
  /** Set while an answer is overdue. */
  #release: (() => void) | undefined;

  constructor(thread: Worker, opened: Exclude<NvmlOpened, { readonly reason: Unavailable }>, patience: number) {
    const { devices, versions, shared } = opened;
    this.#shared = shared;
    this.#patience = patience;
    thread.on("error", () => (this.#hasEnded = true));
    thread.once("exit", () => (this.#hasEnded = true));
    Object.assign(this, versions);
    let offset = 0;
    this.devices = devices.map(({ keys, ...device }, index) => {
      const first = offset;
      offset += keys.length;
      return {
        ...device,
        sample: (now, pids) => (this.#isAnswered(index, now, pids) ? readingsIn(shared.values, first, keys) : []),
        close: () => void this.#read.delete(index),
      };
    });
  }

  get failure(): string | undefined {
    if (this.#hasEnded) return "the thread that calls the driver has ended";
    return this.#isOverdue() ? `the driver did not answer within ${this.#patience} ms, and has not since` : undefined;
  }

  close(): void {
    const { control } = this.#shared;
    Atomics.store(control, AT.CLOSED, 1);
    Atomics.add(control, AT.ASKED, 1);
    Atomics.notify(control, AT.ASKED);
  }

  /** Whether there is an answer about this device at this time. Asks, where nobody has. */
  #isAnswered(index: number, now: number, pids: ReadonlySet<number>): boolean {
    if (this.#hasEnded || this.#isOverdue()) return false;
    const { wanted } = this.#shared;
    if (now !== this.#now) {
      this.#now = now;
      this.#answered.clear();
      [this.#read, this.#readBefore] = [this.#readBefore, this.#read];
      this.#read.clear();
      wanted.fill(0);
      for (const one of this.#readBefore) wanted[one] = 1;
      wanted[index] = 1;
      this.#ask(now, pids);
    } else if (!this.#answered.has(index)) {
      wanted.fill(0);
      wanted[index] = 1;
      this.#ask(now, pids);
    }
    this.#read.add(index);
    return this.#answered.has(index);
  }

  /** Asks about the devices that are wanted, and waits for the answer as long as there is patience. */
  #ask(now: number, pids: ReadonlySet<number>): void {
    const { control, wanted, now: time, pids: workload } = this.#shared;
    let count = 0;
    for (const pid of pids) if (count < MOST_PIDS) workload[count++] = pid;
    control[AT.PIDS] = count;
    time[0] = now;
    this.#asked += 1;
    Atomics.store(control, AT.ASKED, this.#asked);
    Atomics.notify(control, AT.ASKED);
    Atomics.wait(control, AT.ANSWERED, this.#asked - 1, this.#patience);
    if (Atomics.load(control, AT.ANSWERED) === this.#asked) {
      for (let index = 0; index < wanted.length; index += 1) if (wanted[index] === 1) this.#answered.add(index);
    } else this.#release ??= exitDespiteThread();
  }

  #isOverdue(): boolean {
    if (Atomics.load(this.#shared.control, AT.ANSWERED) !== this.#asked) return true;
    this.#release?.();
    this.#release = undefined;
    return false;
  }
}

function readingsIn(values: Float64Array, first: number, keys: readonly string[]): Reading[] {
  const readings: Reading[] = [];
  for (const [at, key] of keys.entries()) {
    const value = values[first + at] ?? Number.NaN;
    if (!Number.isNaN(value)) readings.push({ key, value });
  }
  return readings;
}
