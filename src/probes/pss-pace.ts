/** Says when the pages of the workload's processes may be gone through, by what that has taken so far. */
export interface PssPace {
  /**
   * Whether it is time, and the reading will be short. One that is begun is reported with `took`.
   * @param now milliseconds
   * @param sizes gives the resident bytes of each process; asked only when it is time
   */
  isDue(now: number, sizes: () => readonly number[]): boolean;
  /** What the reading of one process took. */
  took(bytes: number, milliseconds: number): void;
}

const GIBIBYTE = 1024 ** 3;
/** Before anything is known: pages of 4 KiB at some 100 ns each. Larger pages take less. */
const FIRST_GUESS = 25 / GIBIBYTE;
/** Below this size what a reading takes says nothing about pages. */
const TELLING_BYTES = 64 * 1024 ** 2;
/** The longest that one process may be held up, in milliseconds. */
const LONGEST_MS = 50;
/** The longest that all of them together may take. */
const LONGEST_IN_ALL_MS = 200;
/** At most this share of the time is spent on it. */
const SHARE = 1 / 1000;
/** What was slow for once, because the machine was busy, is tried again some minutes later. */
const EASES = 0.8;
const FIRST_PAUSE_MS = 5000;
const LAST_PAUSE_MS = 60_000;

export function createPssPace(): PssPace {
  let started: number | undefined;
  let last: number | undefined;
  let spent = 0;
  let perByte = FIRST_GUESS;
  const pauseAt = (now: number): number => {
    const age = (last ?? now) - (started ?? now);
    return Math.max(FIRST_PAUSE_MS, Math.min(LAST_PAUSE_MS, age), spent / SHARE);
  };
  return {
    isDue(now, sizes) {
      started ??= now;
      if (now - (last ?? started) < pauseAt(now)) return false;
      const expected = sizes().map((bytes) => bytes * perByte);
      const isShort = Math.max(...expected) <= LONGEST_MS;
      last = now;
      spent = 0;
      if (isShort && expected.reduce((sum, each) => sum + each, 0) <= LONGEST_IN_ALL_MS) return true;
      perByte = Math.max(Math.min(perByte, FIRST_GUESS), perByte * EASES);
      return false;
    },
    took(bytes, milliseconds) {
      spent += milliseconds;
      if (bytes >= TELLING_BYTES) perByte = milliseconds / bytes;
    },
  };
}
