import type { LinePlan } from "./line-plan.ts";
import { exactHash, type Outline } from "./outline.ts";
import { isOfShape, type ShapeSteps } from "./same-shape.ts";

/** What becomes of a line of one shape, from one memory of the lines before. */
export interface Planned {
  /** The words of the outline. */
  readonly shape: Int32Array;
  readonly length: number;
  /** By how much a line of this shape is longer at each elastic number; `undefined` where that decides nothing. */
  readonly shifts: Int32Array | undefined;
  readonly memory: number;
  /** The memory behind the line. */
  readonly memoryAfter: number;
  /** `undefined`: the lengths of the elastic numbers decide, and there is a plan for each. */
  readonly plan: LinePlan | undefined;
  /** Where the plan has entries, and goes from memory 0 to 0 for elastic numbers of any length. */
  readonly steps: ShapeSteps | undefined;
  /** What had entries behind this when it came last. */
  next: Planned | undefined;
}

/** The plans of the shapes that a log has again and again. It changes no answer, only its cost. */
export interface PlanBook {
  /** Whether the next line should be drawn: not each one of a log whose shapes do not come again. */
  isWorthIt(): boolean;
  /** The plan for a line that follows nothing, where it has the shape that is expected. The outline knows its numbers then. */
  expected(outline: Outline, line: Uint8Array, start: number, end: number): LinePlan | undefined;
  find(outline: Outline, memory: number): Planned | undefined;
  /** Whether the shape has come before, so that a plan for it is worth its making. */
  isRepeated(outline: Outline, memory: number): boolean;
  /** @param steps of the shape, where the plan goes for elastic numbers of any length */
  add(
    outline: Outline,
    memory: number,
    memoryAfter: number,
    plan: LinePlan,
    elastic: boolean,
    steps?: ShapeSteps,
  ): void;
}

/** Shapes kept since the last turn of the generations; twice as many are kept at most, each of at most a few kilobytes. */
const GENERATION = 2048;

/** After so many lines in a row without a plan, one line in `RARELY` is drawn until a plan is found. */
const MANY_WITHOUT = 256;
const RARELY = 8;

/** After so many lines in a row that have not the shape that was expected, none is until a plan with entries is found. */
const MANY_OTHERS = 64;

export function createPlanBook(): PlanBook {
  /** Lines since a plan was found or made. */
  let without = 0;
  // Two generations in place of a list by last use: a hit costs one look-up and no bookkeeping.
  let young = new Map<number, Planned>();
  let old = new Map<number, Planned>();
  const seen = new Int32Array(GENERATION * 2);
  /** The last one with entries, what is expected behind it, and how many lines since were others. */
  let last: Planned | undefined;
  let expected: Planned | undefined;
  let others = 0;

  function expectBehind(planned: Planned): void {
    if (last !== undefined) last.next = planned;
    last = planned;
    expected = planned.next ?? planned;
    others = 0;
  }

  function keep(key: number, planned: Planned): void {
    if (young.size >= GENERATION) {
      old = young;
      young = new Map();
    }
    young.set(key, planned);
  }

  function lookUp(key: number, outline: Outline, memory: number): Planned | undefined {
    const known = young.get(key);
    if (known !== undefined) return isOf(known, outline, memory) ? known : undefined;
    const older = old.get(key);
    if (older === undefined || !isOf(older, outline, memory)) return undefined;
    keep(key, older);
    return older;
  }

  function isSeen(key: number): boolean {
    const slot = key & (seen.length - 1);
    if (seen[slot] === key) return true;
    seen[slot] = key;
    return false;
  }

  return {
    isWorthIt() {
      without += 1;
      return without < MANY_WITHOUT || without % RARELY === 0;
    },
    expected(outline, line, start, end) {
      if (expected?.steps === undefined) return undefined;
      if (!isOfShape(expected.steps, outline, line, start, end)) {
        others += 1;
        if (others > MANY_OTHERS) expected = undefined;
        return undefined;
      }
      without = 0;
      const { plan } = expected;
      expectBehind(expected);
      return plan;
    },
    find(outline, memory) {
      const known = lookUp(outline.hash ^ memory, outline, memory);
      const found =
        known === undefined || known.plan !== undefined ? known : lookUp(exactHash(outline) ^ memory, outline, memory);
      if (found !== undefined) {
        without = 0;
        if (found.steps !== undefined) expectBehind(found);
      }
      return found;
    },
    isRepeated(outline, memory) {
      const known = lookUp(outline.hash ^ memory, outline, memory);
      return isSeen((known === undefined ? outline.hash : exactHash(outline)) ^ memory);
    },
    add(outline, memory, memoryAfter, plan, elastic, steps) {
      without = 0;
      const shape = outline.words.slice(0, outline.wordCount);
      const { length } = outline;
      const planned = { shape, length, shifts: undefined, memory, memoryAfter, plan, steps, next: undefined };
      const key = outline.hash ^ memory;
      if (elastic) return keep(key, planned);
      keep(key, { ...planned, plan: undefined });
      keep(exactHash(outline) ^ memory, { ...planned, shifts: outline.shifts.slice(0, outline.runs) });
    },
  };
}

/** All is compared: two shapes of one hash must not be taken for each other. */
function isOf({ shape, length, shifts, memory }: Planned, outline: Outline, memoryNow: number): boolean {
  if (memory !== memoryNow || length !== outline.length) return false;
  const { words } = outline;
  for (let index = 0; index < shape.length; index += 1) {
    if (shape[index] !== words[index]) return false;
  }
  return shifts?.every((shift, run) => shift === outline.shifts[run]) ?? true;
}
