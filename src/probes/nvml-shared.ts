/** Memory that both threads see. One asks and waits; the other answers and waits for the next question. */
export interface NvmlShared {
  /** Numbers at the places of `AT`. */
  readonly control: Int32Array;
  /** The time of the question. */
  readonly now: Float64Array;
  /** 1 for each device that is to be read. */
  readonly wanted: Uint8Array;
  /** Processes of the workload; how many there are is in `control`. */
  readonly pids: Int32Array;
  /** One for each key of each device, in their order; NaN stands for no value. */
  readonly values: Float64Array;
}

/** Places in `control`. */
export const AT = {
  /** Counts the questions. */
  ASKED: 0,
  /** The last question that was answered. */
  ANSWERED: 1,
  PIDS: 2,
  /** Not 0: there is no further question. */
  CLOSED: 3,
} as const;

/** More processes than these are not looked for on the GPUs. */
export const MOST_PIDS = 8192;

export function createNvmlShared(devices: number, values: number): NvmlShared {
  return {
    control: new Int32Array(new SharedArrayBuffer(4 * Object.keys(AT).length)),
    now: new Float64Array(new SharedArrayBuffer(8)),
    wanted: new Uint8Array(new SharedArrayBuffer(devices)),
    pids: new Int32Array(new SharedArrayBuffer(4 * MOST_PIDS)),
    values: new Float64Array(new SharedArrayBuffer(8 * values)),
  };
}
