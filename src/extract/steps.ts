import type { Extracted, StepRule } from "../model/extract.ts";
import { createKeyFilter, type KeyFilter } from "./rules/key-filter.ts";
import type { NameBook } from "./names/name-book.ts";
import { type LineNames, metricsAmong, type NamedPosition, namesOf, type Position } from "./relevance.ts";

/** Settles the steps of one stream's metrics. */
export interface StepTracker {
  /**
   * The metrics of one line's entries, each with its step.
   * @param trusted every entry is a metric or a position, whatever its name
   * @param known what the names of the entries say, where that is known already
   */
  settle(entries: readonly Extracted[], trusted?: boolean, known?: LineNames): Stepped[];
  /** How many keys have a point. */
  keyCount(): number;
  /** How many points were left out because there were too many keys. */
  leftOut(): number;
  /** Lines are missing: what they said is not known, and no key is counted from below `counted`. */
  skip(counted: Counted): void;
  /** What is remembered between two lines. */
  memory(): StepMemory;
  /** Goes on as the tracker did that had this memory. */
  recall(memory: StepMemory): void;
}

/** The last point of each key. */
export type Counted = ReadonlyMap<string, { readonly step: number; readonly value: number }>;

/** A step tracker between two lines. */
export interface StepMemory {
  readonly header: { readonly step: number; readonly inEpochs: boolean; readonly isOver?: boolean } | undefined;
  readonly said: { readonly step: number; readonly under?: number; readonly keys: ReadonlySet<string> } | undefined;
  readonly last: ReadonlyMap<string, { readonly step: number; readonly value: number; readonly isOwn?: boolean }>;
}

export interface Stepped {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly rule: StepRule;
}

/** More keys than any training has. Of a log whose names never come again nothing would be left but memory in use. */
export const MOST_KEYS = 10_000;

/**
 * The step of a metric is, in this order: what its line says (`step` before `batch` before `epoch`), what the last header
 * above it says, the counter of a bar on its line, what the last metric line with a step said (once for each key), the
 * key's last step plus one, and 0 for the first point of a key.
 */
export function createStepTracker(names: NameBook): StepTracker {
  let header: StepMemory["header"];
  /** What a metric line said. */
  let said: { readonly step: number; readonly under: number; readonly turn: number } | undefined;
  /** How often a metric line has said another position. */
  let turn = 0;
  let last = new Map<string, LastPoint>();
  /** Of the keys in `last`, once there are no more to come. */
  let full: KeyFilter | undefined;
  let leftOut = 0;
  /** What is known of the first keys of the line, as many as were looked up. */
  const befores: (LastPoint | undefined)[] = [];
  let looked = 0;

  /**
   * Whether each number is the last of its key, at the same step. With one that is new it is another line, where the
   * others have come to the same again. The first is known to be the same.
   */
  function isSame(entries: readonly Extracted[], metrics: readonly number[], sure: number | undefined): boolean {
    for (let at = 1; at < metrics.length; at += 1) {
      const { key, value, step: given } = entries[metrics[at] as number] as Extracted;
      const before = lookUp(key);
      if (before?.step !== (given ?? sure ?? said?.step) || !Object.is(before?.value, value)) return false;
    }
    return true;
  }

  function stepOf(before: LastPoint | undefined, sure: number | undefined, goesOn: boolean): number {
    if (sure !== undefined) return sure;
    if (said !== undefined && goesOn) return said.step;
    return before === undefined ? 0 : before.step + 1;
  }

  /** Where a step is from that no entry of the line says for itself. */
  function ruleOf(own: unknown, sure: number | undefined, goesOn: boolean): StepRule {
    if (own !== undefined) return "line";
    if (header !== undefined) return "header";
    if (sure !== undefined) return "bar";
    return goesOn ? "previous" : "counted";
  }

  function lookUp(key: string): LastPoint | undefined {
    if (last.size < MOST_KEYS) return last.get(key);
    full ??= createKeyFilter(last.keys());
    return full.mayHave(key) ? last.get(key) : undefined;
  }

  /** Whether a key is new where the last metric line was. What is looked up is kept in `befores`. */
  function hasNew(entries: readonly Extracted[], metrics: readonly number[], turnNow: number): boolean {
    for (let at = 0; at < metrics.length; at += 1) {
      const before = lookUp((entries[metrics[at] as number] as Extracted).key);
      befores[looked] = before;
      looked += 1;
      if (before?.turn !== turnNow) return true;
    }
    return false;
  }

  function note(key: string, before: LastPoint | undefined, step: number, value: number, isOwn: boolean): void {
    if (before === undefined) {
      last.set(key, { step, value, isOwn, turn: said === undefined ? NEVER : said.turn });
      return;
    }
    before.step = step;
    before.value = value;
    before.isOwn = isOwn;
    if (said !== undefined) before.turn = said.turn;
  }

  return {
    settle(entries, trusted = false, known = namesOf(entries, names)) {
      const own = ownPosition(entries, known);
      if (known.numbers.length === 0) {
        if (own !== undefined) header = { ...own, isOver: !own.inEpochs && said?.step === own.step };
        return [];
      }
      const position = positionOf(own, header !== undefined || known.counter !== -1, said !== undefined);
      const metrics = trusted ? known.numbers : metricsAmong(entries, known, position);
      if (metrics.length === 0) return [];
      if (own !== undefined) {
        // The same step of another epoch is another one.
        if (said?.step !== own.step || !Object.is(said.under, own.under))
          said = { step: own.step, under: own.under, turn: (turn += 1) };
        // A header holds until its own unit goes on: `Epoch 3` is not over when a line says `step=120`.
        if (header?.inEpochs === own.inEpochs) header = undefined;
        // `Epoch: 3 Learning rate: 0.001`
        if (own.inEpochs && metrics.every((index) => names.kindOf(entries[index]?.key ?? "") === "setting"))
          header = own;
      }
      const counted = known.counter === -1 ? undefined : entries[known.counter]?.value;
      // `[ITER 7000] Saving`, behind a line with metrics of the same step: a bar may have gone on.
      const isPassed = header?.isOver === true && counted !== undefined && counted > header.step;
      const sure = own?.step ?? (isPassed ? counted : header?.step) ?? counted;
      // A key that is new there takes the others of its line along: `eval loss: 0.5, acc: 0.9`.
      looked = 0;
      let goesOn = sure === undefined && said !== undefined && hasNew(entries, metrics, said.turn);
      const isOwn = own !== undefined;
      const first = entries[metrics[0] as number] as Extracted;
      if (looked === 0) {
        befores[0] = lookUp(first.key);
        looked = 1;
      }
      const before = befores[0];
      if (
        before !== undefined &&
        before.step === (first.step ?? sure ?? said?.step) &&
        Object.is(before.value, first.value) &&
        isSame(entries, metrics, sure)
      ) {
        // By a second handler or a redraw. What says its step is another line than what does not.
        if (before.isOwn === isOwn) return [];
        goesOn = true;
      }
      // A list for each point would be the greater part of the cost.
      const stepped: Stepped[] = [];
      const rule = isPassed && own === undefined ? "bar" : ruleOf(own, sure, goesOn);
      for (let at = 0; at < metrics.length; at += 1) {
        const { key, value, step: given } = entries[metrics[at] as number] as Extracted;
        const before = at < looked ? befores[at] : lookUp(key);
        if (before === undefined && last.size >= MOST_KEYS) {
          leftOut += 1;
          continue;
        }
        const step = stepOf(before, given ?? sure, goesOn);
        note(key, before, step, value, isOwn);
        stepped.push({ key, value, step, rule: given === undefined ? rule : "line" });
      }
      return stepped;
    },
    keyCount: () => last.size,
    leftOut: () => leftOut,
    skip(counted) {
      header = undefined;
      said = undefined;
      full = undefined;
      for (const [key, { step, value }] of counted) {
        const known = last.get(key);
        if (known === undefined || known.step < step) last.set(key, { step, value, isOwn: false, turn: NEVER });
      }
    },
    memory() {
      const points = [...last].map(([key, { step, value, isOwn }]) => [key, { step, value, isOwn }] as const);
      const keys = [...last].filter(([, point]) => point.turn === said?.turn).map(([key]) => key);
      return {
        header,
        said: said && { step: said.step, under: said.under, keys: new Set(keys) },
        last: new Map(points),
      };
    },
    recall(memory) {
      header = memory.header;
      turn += 1;
      said = memory.said && { step: memory.said.step, under: memory.said.under ?? Number.NaN, turn };
      last = new Map();
      full = undefined;
      for (const [key, { step, value, isOwn = false }] of memory.last) {
        last.set(key, { step, value, isOwn, turn: memory.said?.keys.has(key) ? turn : NEVER });
      }
    },
  };
}

interface LastPoint {
  step: number;
  value: number;
  /** Whether the line itself said the step. */
  isOwn: boolean;
  /** When it was said at which step it is. */
  turn: number;
}

const NEVER = -1;

function positionOf(own: object | undefined, above: boolean, begun: boolean): Position {
  if (own !== undefined) return "on line";
  if (above) return "above";
  return begun ? "begun" : "unknown";
}

/** The rank of an epoch. */
const IN_EPOCHS = 1;

/** The position that counts before the others, of those that are finite. */
function ownPosition(
  entries: readonly Extracted[],
  { positions }: LineNames,
): { readonly step: number; readonly under: number; readonly inEpochs: boolean } | undefined {
  for (let at = 0; at < positions.length; at += 1) {
    const { index, rank } = positions[at] as NamedPosition;
    const step = entries[index]?.value ?? Number.NaN;
    if (!Number.isFinite(step)) continue;
    const under = positions[at + 1];
    // What the line says of a larger unit, such as the epoch.
    const larger = under === undefined ? Number.NaN : (entries[under.index]?.value ?? Number.NaN);
    return { step, under: larger, inEpochs: rank === IN_EPOCHS };
  }
  return undefined;
}
