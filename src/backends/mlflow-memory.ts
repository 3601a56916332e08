import type { RemoteRun } from "../model/backend.ts";
import { LAST_RUN_TAG, type SharedDetail } from "./mlflow-join.ts";
import { createKeyBook, type KeyBook } from "./mlflow-keys.ts";
import type { CounterStarts } from "./mlflow-names.ts";
import type { RunFacts } from "./mlflow-runs.ts";

/**
 * What has to be known of a run to translate the next batch as the last session would have. It is kept in tags of the
 * run itself, so that any later session, on any machine, gives the same names and values:
 * `tracelet.metric.<name>` and `tracelet.param.<name>` hold the original of a key that had to be changed,
 * `tracelet.start.<key>` holds what a counter stood at in the first sample, `tracelet.shift.<name>` what is added to the
 * steps of a metric that goes on. The last two have the id of our run before the name where others write to this one too.
 */
export interface RunMemory {
  readonly metrics: KeyBook;
  readonly params: KeyBook;
  readonly starts: CounterStarts;
  /** What is added to the index of a sample. */
  readonly firstSample: number;
  /** What is added to the steps of a training metric, by its name; absent before its first point. */
  readonly shifts: Map<string, number>;
  /** The last step of what a run that was joined had already. */
  readonly before: ReadonlyMap<string, number>;
  /** The newest run of tracelet that writes here, where there are several. */
  readonly lastRun: string | undefined;
  /** Stands between the kind of a tag and its name. */
  readonly owner: string;
  /** Tags that the server does not have yet. They are sent before what depends on them. */
  readonly unsaved: Map<string, string>;
}

const METRIC = "tracelet.metric.";
const PARAM = "tracelet.param.";
const START = "tracelet.start.";
const SHIFT = "tracelet.shift.";

export function recallRun(facts: RunFacts, remote: RemoteRun): RunMemory {
  const { run, first_sample: firstSample, joined } = remote.detail as Partial<SharedDetail>;
  const owner = run === undefined ? "" : `${run}.`;
  const older = joined === undefined ? [] : facts.metrics.filter(({ timestamp }) => timestamp < Number(joined));
  return {
    metrics: createKeyBook(
      taggedWith(facts, METRIC).map(reversed),
      facts.metrics.map(({ key }) => key),
    ),
    params: createKeyBook(taggedWith(facts, PARAM).map(reversed), facts.paramNames),
    starts: new Map(numbersIn(taggedWith(facts, START + owner))),
    firstSample: Number(firstSample ?? 0),
    shifts: new Map(numbersIn(taggedWith(facts, SHIFT + owner))),
    before: new Map(older.map(({ key, step }) => [key, step])),
    lastRun: facts.tags.get(LAST_RUN_TAG),
    owner,
    unsaved: new Map(),
  };
}

/** Settles the names of these keys. */
export function admitKeys(memory: RunMemory, kind: "metrics" | "params", keys: Iterable<string>): void {
  const prefix = kind === "metrics" ? METRIC : PARAM;
  for (const [key, name] of memory[kind].admit(keys)) memory.unsaved.set(prefix + name, key);
}

/** Counters whose start was learned since the last call are to be saved. */
export function rememberStarts(memory: RunMemory, before: ReadonlySet<string>): void {
  for (const [key, value] of memory.starts) {
    if (!before.has(key)) memory.unsaved.set(START + memory.owner + key, String(value));
  }
}

/**
 * What is added to the steps of a metric. One that a joined run had already, and that begins at 0 here, goes on behind
 * its last step; one that begins elsewhere has steps of its own, such as those of a checkpoint.
 */
export function shiftOf(memory: RunMemory, name: string, step: number): number {
  const known = memory.shifts.get(name);
  if (known !== undefined) return known;
  const last = memory.before.get(name);
  const shift = last === undefined || step !== 0 ? 0 : last + 1;
  memory.shifts.set(name, shift);
  if (shift !== 0) memory.unsaved.set(SHIFT + memory.owner + name, String(shift));
  return shift;
}

function taggedWith(facts: RunFacts, prefix: string): [string, string][] {
  return [...facts.tags]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
}

function numbersIn(tags: readonly [string, string][]): [string, number][] {
  return tags
    .map(([key, value]): [string, number] => [key, Number(value)])
    .filter(([, value]) => Number.isFinite(value));
}

function reversed([name, key]: [string, string]): [string, string] {
  return [key, name];
}
