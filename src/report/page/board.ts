/** What all charts of a page share. */
export interface BoardState {
  /** Seconds since the start of the run that are shown. */
  readonly from: number;
  readonly to: number;
  /** Where the cursor is, in seconds since the start; absent where there is none. */
  readonly cursor: number | undefined;
  readonly isLog: boolean;
  /** 0 for none, up to 1. */
  readonly smoothing: number;
  /** Times are those of the clock and not since the start. */
  readonly isClock: boolean;
  /** The GPU whose lines alone are shown; absent for all. */
  readonly device: string | undefined;
}

type Listener = (state: BoardState, before: BoardState) => void;

/** The shared state, and who wants to know when it changes. */
export class Board {
  readonly duration: number;
  /** Less than this is never shown: below it the numbers of the axis are alike. */
  readonly #shortest: number;
  #state: BoardState;
  readonly #listeners = new Set<Listener>();

  /** @param duration seconds */
  constructor(duration: number) {
    this.duration = duration;
    this.#shortest = Math.max(duration / 1e5, 0.002);
    this.#state = {
      from: 0,
      to: duration,
      cursor: undefined,
      isLog: false,
      smoothing: 0,
      isClock: false,
      device: undefined,
    };
  }

  get state(): BoardState {
    return this.#state;
  }

  get isZoomed(): boolean {
    return this.#state.from > 0 || this.#state.to < this.duration;
  }

  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }

  change(changes: Partial<BoardState>): void {
    const before = this.#state;
    this.#state = { ...before, ...changes };
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  /** Shows a span of time, as far as the run has it. */
  show(from: number, to: number): void {
    const width = Math.min(this.duration, Math.max(this.#shortest, to - from));
    const start = Math.min(Math.max(0, from), this.duration - width);
    this.change({ from: start, to: start + width });
  }

  reset(): void {
    this.change({ from: 0, to: this.duration });
  }

  /** @param factor of the span that is shown; less than 1 goes closer. Around the cursor, where that is in view. */
  zoom(factor: number): void {
    const { from, to, cursor } = this.#state;
    const middle = cursor !== undefined && cursor >= from && cursor <= to ? cursor : (from + to) / 2;
    this.show(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }

  /** Puts the cursor somewhere, and what is shown around it. */
  point(cursor: number): void {
    const { from, to } = this.#state;
    const at = Math.min(Math.max(0, cursor), this.duration);
    if (at < from) this.show(at, at + (to - from));
    else if (at > to) this.show(at - (to - from), at);
    this.change({ cursor: at });
  }
}
