import { PatternError } from "./pattern-error.ts";
import type { Assertion, CharacterSet, Tree } from "./tree.ts";

/** One step of a search. The numbers are indices of other steps. */
export type Instruction =
  | { readonly op: "set"; readonly set: CharacterSet }
  | { readonly op: "assert"; readonly what: Assertion }
  /** Go on at both, the first being what is wanted more. */
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  /** Remember the place: the start of a group in an even slot, its end in the odd one behind it. */
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "match" };

/** Each character of a line costs at most one look at each of these, so this bounds the time of a search. */
const MOST_INSTRUCTIONS = 500;

/**
 * The steps of a search for the pattern, after Thompson ("Regular expression search algorithm", CACM 11(6), 1968).
 * @throws PatternError where there would be too many
 */
export function programOf(tree: Tree): readonly Instruction[] {
  const program: Instruction[] = [];
  emit(program, tree);
  add(program, { op: "match" });
  return program;
}

function emit(program: Instruction[], tree: Tree): void {
  switch (tree.kind) {
    case "character":
      add(program, { op: "set", set: tree.set });
      break;
    case "assertion":
      add(program, { op: "assert", what: tree.what });
      break;
    case "sequence":
      for (const part of tree.parts) emit(program, part);
      break;
    case "choice":
      emitChoice(program, tree.options);
      break;
    case "repeat":
      emitRepeat(program, tree);
      break;
    case "group":
      add(program, { op: "save", slot: tree.index * 2 });
      emit(program, tree.part);
      add(program, { op: "save", slot: tree.index * 2 + 1 });
      break;
  }
}

function emitChoice(program: Instruction[], options: readonly Tree[]): void {
  const ends: number[] = [];
  for (const [index, option] of options.entries()) {
    if (index === options.length - 1) {
      emit(program, option);
      break;
    }
    const split = reserve(program);
    emit(program, option);
    ends.push(reserve(program));
    program[split] = { op: "split", first: split + 1, second: program.length };
  }
  for (const end of ends) program[end] = { op: "jump", to: program.length };
}

function emitRepeat(program: Instruction[], repeat: Extract<Tree, { kind: "repeat" }>): void {
  const { part, least, most, isLazy } = repeat;
  for (let count = 0; count < least; count += 1) emit(program, part);
  if (most === Number.POSITIVE_INFINITY) {
    const split = reserve(program);
    emit(program, part);
    add(program, { op: "jump", to: split });
    program[split] = splitTo(split + 1, program.length, isLazy);
    return;
  }
  const splits: number[] = [];
  for (let count = least; count < most; count += 1) {
    splits.push(reserve(program));
    emit(program, part);
  }
  for (const split of splits) program[split] = splitTo(split + 1, program.length, isLazy);
}

function splitTo(inside: number, behind: number, isLazy: boolean): Instruction {
  return isLazy ? { op: "split", first: behind, second: inside } : { op: "split", first: inside, second: behind };
}

/** A place for a jump whose end is not known yet. */
function reserve(program: Instruction[]): number {
  add(program, { op: "match" });
  return program.length - 1;
}

function add(program: Instruction[], instruction: Instruction): void {
  if (program.length >= MOST_INSTRUCTIONS) {
    throw new PatternError("repeats so much that a search would take too long; type + or * for large numbers", 1);
  }
  program.push(instruction);
}
