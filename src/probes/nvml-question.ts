/** One reading of one device. */
export interface NvmlTick {
  /** The driver's handle of the device. It is another one when the driver was restarted. */
  readonly handle: bigint;
  /** Milliseconds of a clock that never goes back. */
  readonly now: number;
  /** Processes of the workload. */
  readonly pids: ReadonlySet<number>;
  /** Gives a value under a key without the device's prefix; what is `undefined` is left out. */
  readonly put: (key: string, value: number | undefined) => void;
}

/** Something that a device is asked at each tick; it may take several calls, and give several values. */
export interface NvmlQuestion {
  /** Every key that it may give, without the device's prefix. */
  readonly keys: readonly string[];
  /** Keys that this device does not give, found out by asking, with the driver's code. Grows. */
  readonly lacking?: ReadonlyMap<string, number>;
  /**
   * Asks the driver, and puts what it says. Shares of time are over the time since the last asking.
   * @returns the driver's code where nothing could be put; see nvml-status.ts
   */
  ask(tick: NvmlTick): number;
  close?(): void;
}
