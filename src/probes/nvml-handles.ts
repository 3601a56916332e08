import type { ListedGpu, ListedMig } from "./nvml-inventory.ts";
import { listGpus, newest } from "./nvml-inventory.ts";
import type { Nvml } from "./nvml-library.ts";
import type { Scratch } from "./nvml-scratch.ts";
import { NVML } from "./nvml-status.ts";

/** Times that the library is initialised anew after the driver was restarted, and milliseconds between two of them. */
const MOST_RESTARTS = 10;
const RESTART_PAUSE = 5000;

/** The driver's handles, which are new ones after it was restarted. */
export class NvmlHandles {
  readonly #nvml: Nvml;
  readonly #scratch: Scratch;
  #listed: readonly ListedGpu[];
  #restarts = 0;
  #lastRestart = Number.NEGATIVE_INFINITY;

  constructor(nvml: Nvml, scratch: Scratch, listed: readonly ListedGpu[]) {
    this.#nvml = nvml;
    this.#scratch = scratch;
    this.#listed = listed;
  }

  /** Absent where the driver no longer has this GPU. */
  gpu(index: number): bigint | undefined {
    return this.#listed[index]?.handle;
  }

  /** Absent where the GPU is no longer divided in this way. */
  mig(index: number, migIndex: number): ListedMig | undefined {
    return this.#listed[index]?.migs.find((mig) => mig.migIndex === migIndex);
  }

  /** Initialises the library anew, as often as is reasonable. */
  renew(now: number): void {
    if (this.#restarts >= MOST_RESTARTS || now - this.#lastRestart < RESTART_PAUSE) return;
    this.#restarts += 1;
    this.#lastRestart = now;
    if (initialise(this.#nvml) !== NVML.SUCCESS) return;
    const listed = listGpus(this.#nvml, this.#scratch);
    if (typeof listed === "number") return;
    // Keys go by the numbers of the beginning: where there are other cards now, no reading is better than a wrong one.
    const isSame = listed.every(({ index, uuid, handle }) => !handle || uuid === this.#listed[index]?.uuid);
    this.#listed = isSame && listed.length === this.#listed.length ? listed : [];
  }
}

/** Returns the driver's code. */
export function initialise(nvml: Nvml): number {
  return newest(nvml.nvmlInit_v2(), () => nvml.nvmlInit());
}
