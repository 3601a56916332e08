import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * V8's major versions that are known to have these flags: Node 20 to 24. V8 prints a complaint about one that it lacks, so
 * other versions are left as they are.
 */
const KNOWN_V8 = { from: 11, to: 13 };

/**
 * Has V8 leave a heap of a few megabytes alone. Eight seconds after a program has gone quiet V8 otherwise goes through
 * it twice, on all its threads, to give a megabyte back: more work than all else that a minute of waiting takes. What
 * starts that is incremental marking. Scavenges stay on one thread for the same reason: waking four for a heap of this size
 * costs more than the work.
 */
export function quietV8(): void {
  if (!isKnown()) return;
  setFlagsFromString("--no-incremental-marking");
  setFlagsFromString("--no-parallel-scavenge");
}

/** Keeps the room for what was just made as small as it is: V8 otherwise takes up to 32 MB for it. */
export function keepYoungHeapSmall(): void {
  if (isKnown()) setFlagsFromString("--semi-space-growth-factor=1");
}

/**
 * Keeps the whole heap near what is in use, for work that makes and drops much and holds little: V8 would otherwise take
 * what it can get. Costs time, as it looks through the heap more often.
 */
export function keepHeapSmall(): void {
  keepYoungHeapSmall();
  // A heap this small is looked through by one thread in less time than it takes to wake others.
  if (isKnown()) setFlagsFromString("--no-parallel-scavenge");
  if (majorVersion() === KNOWN_V8.from) setFlagsFromString("--heap-growing-percent=30");
}

/**
 * Has V8 look through the whole heap from time to time: without incremental marking it does that only near the most that a
 * heap may have, and what was still in use when the young heap was tidied stays until then.
 * @param every how many calls of what is returned there are from one such look, of some milliseconds, to the next
 */
export function tidyHeap(every: number): () => void {
  let calls = 0;
  let collect: (() => void) | undefined;
  return () => {
    calls += 1;
    if (calls % every !== 0) return;
    collect ??= collector();
    collect();
  };
}

/** V8's function is there for contexts that are made once its flag is set. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const found: unknown = runInNewContext("globalThis.gc");
  return typeof found === "function" ? () => void Reflect.apply(found, undefined, []) : () => {};
}

/** Milliseconds over which words of new output are counted: V8 begins eight seconds after a program has gone quiet. */
const COUNTED_MS = 5000;
/** So many of them in that time are much to do. */
const MUCH = 8;

/**
 * Has V8 mark incrementally while there is much to do: what is no longer used would pile up. A line now and then is not
 * much, and after each V8 would take the quiet for the end.
 * @returns what is to be called at each word of new output
 */
export function quietV8UnlessBusy(): () => void {
  let words = 0;
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    if (words < MUCH) quietV8();
    timer = words === 0 ? undefined : setTimeout(look, COUNTED_MS).unref();
    words = 0;
  };
  return () => {
    words += 1;
    if (words === MUCH) busyV8();
    timer ??= setTimeout(look, COUNTED_MS).unref();
  };
}

function busyV8(): void {
  if (isKnown()) setFlagsFromString("--incremental-marking");
}

/**
 * Node's options for the watcher. It makes and drops a great many small objects while a command prints metrics, and 2 MB
 * are room enough for them, as long as V8 does not take it that what it once saw living longer always will; what outlives
 * them all the same is looked through when it has grown by a tenth, not when it has become several times as much. A
 * function is compiled for speed later than usual: where there is much to read that moment
 * comes at once, and what runs once a second is not worth it. On its command line V8 refuses a flag that it lacks; later
 * versions count in other units, under another name.
 */
export function watcherV8Options(): string[] {
  const small = "--max-semi-space-size=2";
  return majorVersion() === KNOWN_V8.from
    ? [small, "--no-allocation-site-pretenuring", "--heap-growing-percent=10", "--interrupt-budget=1000000"]
    : [small];
}

function isKnown(): boolean {
  return majorVersion() >= KNOWN_V8.from && majorVersion() <= KNOWN_V8.to;
}

function majorVersion(): number {
  return Number.parseInt(process.versions.v8, 10);
}
