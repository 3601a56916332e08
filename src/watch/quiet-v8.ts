import { setFlagsFromString } from "node:v8";

/**
 * V8's major versions that are known to have these flags: Node 20 to 24. On its command line V8 refuses a flag that it
 * lacks, and later it prints a complaint, so other versions are left as they are.
 */
const KNOWN_V8 = { from: 11, to: 13 };

/**
 * Has V8 leave a heap of a few megabytes alone. Eight seconds after a program has gone quiet V8 otherwise goes through
 * it twice, on all its threads, to give a megabyte back: more work than all else that a minute of waiting takes. What
 * starts that is incremental marking, which is there to spare large heaps long pauses. Scavenges stay on one thread for
 * the same reason: waking four for a heap of this size costs more than the work. And the room for what was just made
 * stays as small as it is: V8 otherwise takes up to 32 MB for it as soon as there is much to do.
 */
export function quietV8(): void {
  if (!isKnown()) return;
  setFlagsFromString("--no-incremental-marking");
  setFlagsFromString("--no-parallel-scavenge");
  setFlagsFromString("--semi-space-growth-factor=1");
}

/**
 * Node's options for the watcher. It makes and drops a great many small objects while a command prints metrics: 2 MB are
 * room enough for those in use, and what outlives them all the same is looked through when it has grown by a tenth, not
 * when it has become four times as much. And a function is compiled for speed later than usual: where there is much to
 * read that moment comes at once, and what runs once a second is not worth it.
 */
export function watcherV8Options(): string[] {
  if (!isKnown()) return [];
  const heap = ["--min-semi-space-size=2", "--max-semi-space-size=2", "--initial-old-space-size=8"];
  const options = [...heap, "--heap-growing-percent=10"];
  // Later versions count in other units, under another name.
  return majorVersion() === KNOWN_V8.from ? [...options, "--interrupt-budget=1000000"] : options;
}

function isKnown(): boolean {
  return majorVersion() >= KNOWN_V8.from && majorVersion() <= KNOWN_V8.to;
}

function majorVersion(): number {
  return Number.parseInt(process.versions.v8, 10);
}
