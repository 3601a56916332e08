import { ALIVE_MS } from "../model/watcher-protocol.ts";

/** A watcher that was not heard of for this long hangs. What it may have to do at one go takes a tenth of it at worst. */
export const SILENCE_MS = 3 * ALIVE_MS;

export interface PulseOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly onSilence: () => void;
}

/**
 * Tells when a watcher hangs: in a call into a driver, on a dead mount, or because somebody has stopped it. When we come
 * late ourselves, both may have been stopped, and the time begins anew.
 */
export class Pulse {
  readonly #options: PulseOptions;
  readonly #timer: NodeJS.Timeout;
  #heard: number;
  #looked: number;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#heard = options.now();
    this.#looked = this.#heard;
    this.#timer = setInterval(() => this.#look(), ALIVE_MS);
    this.#timer.unref();
  }

  /** The watcher has said something, or is a new one. */
  heard(): void {
    this.#heard = this.#options.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = this.#options.now();
    if (now - this.#looked > 2 * ALIVE_MS) this.#heard = now;
    this.#looked = now;
    if (now - this.#heard < SILENCE_MS) return;
    this.#heard = now;
    this.#options.onSilence();
  }
}
