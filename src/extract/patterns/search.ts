import type { Instruction } from "./program.ts";
import type { Assertion } from "./tree.ts";

/** Finds the leftmost match, and of those the one that is wanted most, as Perl does. */
export interface Search {
  /** Start and end of each group, -1 for one that took no part; `undefined` where nothing matches. Valid until the next. */
  in(text: string): Int32Array | undefined;
}

/**
 * Runs a program over a text with all its threads in step (Pike's virtual machine: https://swtch.com/~rsc/regexp/regexp2.html).
 * Each character costs at most one look at each instruction, whatever the pattern, and memory does not grow with the text.
 */
export function createSearch(program: readonly Instruction[], groups: number): Search {
  const slots = groups * 2;
  const tests = program.map((instruction) => (instruction.op === "set" ? testOf(instruction.set) : undefined));
  let now = createThreads(program.length, slots);
  let next = createThreads(program.length, slots);
  const places = new Int32Array(slots);
  const found = new Int32Array(slots);

  /** Adds the thread and all that it becomes without reading a character. */
  function follow(threads: Threads, pc: number, text: string, at: number): void {
    if (threads.marks[pc] === threads.round) return;
    threads.marks[pc] = threads.round;
    const instruction = program[pc] ?? { op: "match" };
    switch (instruction.op) {
      case "jump":
        follow(threads, instruction.to, text, at);
        break;
      case "split":
        follow(threads, instruction.first, text, at);
        follow(threads, instruction.second, text, at);
        break;
      case "assert":
        if (holds(instruction.what, text, at)) follow(threads, pc + 1, text, at);
        break;
      case "save": {
        const before = places[instruction.slot] as number;
        places[instruction.slot] = at;
        follow(threads, pc + 1, text, at);
        places[instruction.slot] = before;
        break;
      }
      case "set":
      case "match":
        copy(places, 0, threads.places, threads.count * slots, slots);
        threads.pcs[threads.count] = pc;
        threads.count += 1;
    }
  }

  return {
    in(text) {
      let hasMatch = false;
      begin(now);
      for (let at = 0; ; at += 1) {
        if (!hasMatch) {
          places.fill(-1);
          follow(now, 0, text, at);
        }
        if (now.count === 0 && (hasMatch || at >= text.length)) break;
        begin(next);
        const unit = at < text.length ? text.charCodeAt(at) : -1;
        for (let index = 0; index < now.count; index += 1) {
          const pc = now.pcs[index] as number;
          const test = tests[pc];
          if (test === undefined) {
            // The threads behind this one are wanted less.
            hasMatch = true;
            copy(now.places, index * slots, found, 0, slots);
            break;
          }
          if (unit === -1 || !isIn(test, unit)) continue;
          copy(now.places, index * slots, places, 0, slots);
          follow(next, pc + 1, text, at + 1);
        }
        [now, next] = [next, now];
        if (at >= text.length) break;
      }
      return hasMatch ? found : undefined;
    },
  };
}

/** The threads of one place of the text, the most wanted first. */
interface Threads {
  readonly pcs: Int32Array;
  readonly places: Int32Array;
  /** The round in which an instruction was come by. */
  readonly marks: Int32Array;
  round: number;
  count: number;
}

function createThreads(size: number, slots: number): Threads {
  return {
    pcs: new Int32Array(size),
    places: new Int32Array(size * slots),
    marks: new Int32Array(size),
    round: 0,
    count: 0,
  };
}

/** A loop, since the few numbers of a thread cost less to copy than a view on them to make. */
function copy(from: Int32Array, fromAt: number, to: Int32Array, toAt: number, count: number): void {
  for (let index = 0; index < count; index += 1) to[toAt + index] = from[fromAt + index] as number;
}

function begin(threads: Threads): void {
  threads.count = 0;
  threads.round += 1;
  if (threads.round < 0x7fffffff) return;
  threads.marks.fill(0);
  threads.round = 1;
}

interface CharacterTest {
  readonly ascii: Uint8Array;
  /** The ranges above ASCII. */
  readonly ranges: readonly (readonly [number, number])[];
}

function testOf(set: readonly (readonly [number, number])[]): CharacterTest {
  const ascii = new Uint8Array(128);
  for (const [from, to] of set) ascii.fill(1, Math.min(from, 128), Math.min(to + 1, 128));
  return { ascii, ranges: set.filter(([, to]) => to >= 128) };
}

function isIn({ ascii, ranges }: CharacterTest, unit: number): boolean {
  return unit < 128 ? ascii[unit] === 1 : ranges.some(([from, to]) => unit >= from && unit <= to);
}

function holds(what: Assertion, text: string, at: number): boolean {
  if (what === "start") return at === 0;
  if (what === "end") return at === text.length;
  const isBoundary = isWordAt(text, at - 1) !== isWordAt(text, at);
  return isBoundary === (what === "boundary");
}

function isWordAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (
    (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f || (unit >= 0x61 && unit <= 0x7a)
  );
}
