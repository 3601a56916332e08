import type { LinePlan } from "./line-plan.ts";
import type { Outline } from "./outline.ts";

/** What becomes of a line of one shape, from one memory of the lines before. */
export interface Planned {
  readonly shape: Uint8Array;
  readonly memory: number;
  /** The memory behind the line. */
  readonly memoryAfter: number;
  readonly plan: LinePlan;
}

/** The plans of the shapes that a log has again and again. It changes no answer, only its cost. */
export interface PlanBook {
  find(outline: Outline, memory: number): Planned | undefined;
  /** Whether the shape has come before, so that a plan for it is worth its making. */
  isRepeated(outline: Outline, memory: number): boolean;
  add(outline: Outline, memory: number, memoryAfter: number, plan: LinePlan): void;
}

/** Shapes kept since the last turn of the generations; twice as many are kept at most, each of at most a kilobyte. */
const GENERATION = 2048;

export function createPlanBook(): PlanBook {
  // Two generations in place of a list by last use: a hit costs one look-up and no bookkeeping.
  let young = new Map<number, Planned>();
  let old = new Map<number, Planned>();
  const seen = new Int32Array(GENERATION * 2);

  function keep(key: number, planned: Planned): void {
    if (young.size >= GENERATION) {
      old = young;
      young = new Map();
    }
    young.set(key, planned);
  }

  return {
    find(outline, memory) {
      const key = outline.hash ^ memory;
      const known = young.get(key);
      if (known !== undefined) return isOf(known, outline, memory) ? known : undefined;
      const older = old.get(key);
      if (older === undefined || !isOf(older, outline, memory)) return undefined;
      keep(key, older);
      return older;
    },
    isRepeated(outline, memory) {
      const key = outline.hash ^ memory;
      const slot = key & (seen.length - 1);
      if (seen[slot] === key) return true;
      seen[slot] = key;
      return false;
    },
    add(outline, memory, memoryAfter, plan) {
      const shape = outline.bytes.slice(0, outline.length);
      keep(outline.hash ^ memory, { shape, memory, memoryAfter, plan });
    },
  };
}

/** Every byte is compared: two shapes of one hash must not be taken for each other. */
function isOf({ shape, memory }: Planned, outline: Outline, memoryNow: number): boolean {
  if (memory !== memoryNow || shape.length !== outline.length) return false;
  for (let index = 0; index < shape.length; index += 1) {
    if (shape[index] !== outline.bytes[index]) return false;
  }
  return true;
}
