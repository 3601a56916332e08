/** What a value says of a condition. */
export interface Verdict {
  readonly holds: boolean;
  /** An episode that is open ends with it. Never together with `holds`. */
  readonly over: boolean;
  /** What was judged; absent where there is nothing to read. */
  readonly value?: number;
}

/**
 * A condition with what it remembers of one series. No clock: `at` is milliseconds of one that never goes back, of
 * which only differences mean anything. `undefined` says neither that the condition holds nor that it does not.
 */
export interface Judge {
  see(value: number, at: number): Verdict | undefined;
  /** Time has passed without a value. Absent where that alone changes nothing. */
  tick?(at: number): Verdict | undefined;
  /** So many milliseconds did not count, because the run was stopped. */
  skip?(milliseconds: number): void;
}

/** Of a condition that is over as soon as it does not hold. */
export function verdict(holds: boolean, value: number): Verdict {
  return { holds, over: !holds, value };
}
