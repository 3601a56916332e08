import { createKeyBook, type KeyBook } from "./mlflow-keys.ts";
import type { CounterStarts } from "./mlflow-names.ts";
import type { RunFacts } from "./mlflow-runs.ts";

/**
 * What has to be known of a run to translate the next batch as the last session would have. It is kept in tags of the
 * run itself, so that any later session, on any machine, gives the same names and values:
 * `tracelet.metric.<name>` and `tracelet.param.<name>` hold the original of a key that had to be changed,
 * `tracelet.start.<key>` holds what a counter stood at in the first sample.
 */
export interface RunMemory {
  readonly metrics: KeyBook;
  readonly params: KeyBook;
  readonly starts: CounterStarts;
  /** Tags that the server does not have yet. They are sent before what depends on them. */
  readonly unsaved: Map<string, string>;
}

const METRIC = "tracelet.metric.";
const PARAM = "tracelet.param.";
const START = "tracelet.start.";

export function recallRun(facts: RunFacts): RunMemory {
  const starts = taggedWith(facts, START).map(([key, value]): [string, number] => [key, Number(value)]);
  return {
    metrics: createKeyBook(taggedWith(facts, METRIC).map(reversed), facts.metricNames),
    params: createKeyBook(taggedWith(facts, PARAM).map(reversed), facts.paramNames),
    starts: new Map(starts.filter(([, value]) => Number.isFinite(value))),
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
  for (const [key, value] of memory.starts) if (!before.has(key)) memory.unsaved.set(START + key, String(value));
}

function taggedWith(facts: RunFacts, prefix: string): [string, string][] {
  return [...facts.tags]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
}

function reversed([name, key]: [string, string]): [string, string] {
  return [key, name];
}
