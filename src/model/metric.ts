/** The unit a metric is measured in. Percent is 0–100, sizes are bytes, `cores` counts whole CPU cores in use. */
export type Unit =
  | "percent"
  | "bytes"
  | "bytes_per_second"
  | "count"
  | "cores"
  | "load"
  | "hours"
  | "celsius"
  | "watts"
  | "joules"
  | "megahertz";

/** What one metric key means. Declared as data beside the probe that reads it; the docs and the tests are made from it. */
export interface MetricSpec {
  /** One of the keys of the vocabulary, such as `cpu_percent`. */
  readonly key: string;
  readonly unit: Unit;
  /** A counter only grows; a gauge is the state of now. */
  readonly kind: "gauge" | "counter";
  /** One sentence. */
  readonly description: string;
  /** The file, system call or driver call it is read from. */
  readonly source: string;
}

/**
 * A value as a probe gives it: a number, a list (`load_average`, `cpu_per_core`) or numbers by name (`process_counts`).
 * Always finite: what could not be read is absent.
 */
export type ReadingValue = number | readonly number[] | Readonly<Record<string, number>>;

/** One reading of one metric. */
export interface Reading {
  readonly key: string;
  readonly value: ReadingValue;
}

/** Why something cannot be read here. `unavailable` is a fact about this machine; `failed` is an error that may pass. */
export interface Unavailable {
  readonly state: "unavailable" | "failed";
  /** The metric keys concerned. */
  readonly metrics: readonly string[];
  /** One lower-case sentence with the value or path it is about. */
  readonly reason: string;
  /** What the user can do about it, when anything. */
  readonly hint?: string;
}

const LOAD_WINDOWS = ["1m", "5m", "15m"] as const;

/**
 * The series of a reading: a list or a record becomes one key per entry
 * (`load_average_1m`, `cpu_core_0_percent`, `process_count_running`); a number stays as it is.
 */
export function seriesOf(reading: Reading): [key: string, value: number][] {
  const { key, value } = reading;
  if (typeof value === "number") return [[key, value]];
  if (isList(value)) return value.map((entry, index) => [listKey(key, index), entry]);
  return Object.entries(value).map(([name, entry]) => [recordKey(key, name), entry]);
}

function isList(value: ReadingValue): value is readonly number[] {
  return Array.isArray(value);
}

function listKey(key: string, index: number): string {
  if (key === "load_average") return `load_average_${LOAD_WINDOWS[index] ?? index}`;
  if (key === "cpu_per_core") return `cpu_core_${index}_percent`;
  return `${key}_${index}`;
}

function recordKey(key: string, name: string): string {
  if (key.endsWith("process_counts")) return `${key.slice(0, -1)}_${name.replaceAll("-", "_")}`;
  return `${key}_${name}`;
}
