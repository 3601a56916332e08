import { uptime } from "node:os";

/** A clock that goes this much further or back than time does between two looks was set. Milliseconds. */
const JUMP_MS = 100;

/** The clocks of a machine, in milliseconds. */
export interface MachineClocks {
  /** Since the epoch; somebody may set it. */
  readonly wall: () => number;
  /** Since some moment, without the time in which the machine slept. */
  readonly awake: () => number;
  /** Since the boot, with that time. Asked only when the other two differ. */
  readonly up: () => number;
}

/**
 * The time of a run: that of the wall clock, as it was set when the run began. Where it is set later, forward or back, the
 * run's points stay in their order and its durations right. Small corrections, as NTP makes all the time, are followed, and
 * the time in which the machine sleeps counts.
 */
export class RunClock {
  readonly #clocks: MachineClocks;
  /** How much the wall clock was set forward since the run began. */
  #skew: number;
  #wall: number;
  #awake: number;
  #slept: number;
  #last = Number.NEGATIVE_INFINITY;

  /** @param skew of the clock that another process of the run has */
  constructor(skew = 0, clocks: MachineClocks = thisMachine) {
    this.#clocks = clocks;
    this.#skew = skew;
    this.#wall = clocks.wall();
    this.#awake = clocks.awake();
    this.#slept = this.#sleptUntilNow();
  }

  /** Milliseconds since the epoch; never less than before. */
  now(): number {
    const wall = this.#clocks.wall();
    const awake = this.#clocks.awake();
    const ahead = wall - this.#wall - (awake - this.#awake);
    if (Math.abs(ahead) > JUMP_MS) {
      const slept = this.#sleptUntilNow();
      this.#skew += ahead - (slept - this.#slept);
      this.#slept = slept;
    }
    this.#wall = wall;
    this.#awake = awake;
    this.#last = Math.max(this.#last, Math.round(wall - this.#skew));
    return this.#last;
  }

  /** For a process of this run that is started now. */
  get skew(): number {
    this.now();
    return this.#skew;
  }

  #sleptUntilNow(): number {
    return this.#clocks.up() - this.#clocks.awake();
  }
}

const thisMachine: MachineClocks = {
  wall: () => Date.now(),
  awake: () => performance.now(),
  up: () => uptime() * 1000,
};
