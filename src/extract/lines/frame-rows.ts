import type { Extracted } from "../../model/extract.ts";
import type { FramePlace } from "./frames.ts";
import type { NameBook } from "../names/name-book.ts";
import { BAR_COUNTER } from "../names/step-names.ts";

/** A display that only ever counts gives its points after so many lines, so that it has some before its end. */
const MOST_STATES = 500;

type Entries = readonly Extracted[];

/** The states of a display's rows that count unless the same row is drawn again. */
export interface FrameRows {
  /**
   * Takes what a line of the display says.
   * @returns what is final now, in the order in which it is to be settled
   */
  put(place: FramePlace, entries: Entries): readonly Entries[];
  /** The display is no more: all that was held. */
  flush(): readonly Entries[];
  memory(): FrameRowsMemory;
  recall(memory: FrameRowsMemory): void;
}

export interface FrameRowsMemory {
  readonly held: ReadonlyMap<number, Entries>;
  readonly states: number;
}

/**
 * Of a row that is redrawn the last state of each step counts, once: a state gives way to the next where both are about
 * the same position and have the same names. What a bar counts is a position where other rows stand below: an epoch, for
 * which the bar below starts anew. The lowest bar is about one position until then.
 */
export function createFrameRows(names: NameBook): FrameRows {
  let held = new Map<number, Entries>();
  let states = 0;

  function takeAll(): readonly Entries[] {
    const all = [...held].sort(([one], [other]) => one - other).map(([, entries]) => entries);
    held = new Map();
    states = 0;
    return all;
  }

  return {
    put({ row, bottom, reach }, entries) {
      const done: Entries[] = [];
      for (const [other, state] of held) {
        if (other >= bottom - reach) continue;
        held.delete(other);
        done.push(state);
      }
      const before = held.get(row);
      if (before !== undefined && !isSameState(before, entries, row === bottom, names)) {
        held.delete(row);
        done.push(before);
      }
      if (entries.some(({ key }) => isMetric(key, names))) held.set(row, entries);
      else if (entries.length > 0) done.push(entries);
      states += 1;
      return states < MOST_STATES ? done : [...done, ...takeAll()];
    },
    flush: takeAll,
    memory: () => ({ held, states }),
    recall(memory) {
      held = new Map(memory.held);
      ({ states } = memory);
    },
  };
}

function isMetric(key: string, names: NameBook): boolean {
  return key !== BAR_COUNTER && names.rankOf(key) === 0;
}

function isSameState(before: Entries, after: Entries, isLowest: boolean, names: NameBook): boolean {
  const [counted, counts] = [counterOf(before), counterOf(after)];
  if (counted !== undefined && counts !== undefined && (isLowest ? counts < counted : counts !== counted)) return false;
  if (before.length !== after.length) return false;
  return before.every(({ key, value }, index) => {
    const other = after[index];
    return other?.key === key && (other.value === value || key === BAR_COUNTER || isMetric(key, names));
  });
}

function counterOf(entries: Entries): number | undefined {
  return entries.find(({ key }) => key === BAR_COUNTER)?.value;
}
