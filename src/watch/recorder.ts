import type { JournalWriter } from "../journal/writer.ts";
import { newParams } from "../journal/printed-params.ts";
import type { MetricLine } from "../extract/index.ts";
import type { Reading, Unavailable } from "../model/metric.ts";
import type { ProcessEntry } from "../model/probe.ts";
import { type JournalNumber, toJournalNumber } from "../model/record.ts";
import type { MetricSource } from "../model/run.ts";
import type { RunView } from "../model/view.ts";
import { SeriesNames } from "./series-names.ts";
import { customProbeSkipped, missingCriticalMetrics } from "../terminal/warnings.ts";
import type { Alerting } from "./alerting.ts";

/** Without these two a run has no system monitoring worth the name. */
const CRITICAL_METRICS = ["cpu_percent", "memory_percent"];

/** What the ids of the user's own probes begin with. */
const CUSTOM = "custom:";

/** A stop that nobody would look for in a journal. */
const SHORTEST_STOP_MS = 100;

export interface RecorderOptions {
  readonly journal: JournalWriter;
  readonly alerts: Pick<Alerting, "sample" | "line" | "stopped">;
  /** What earlier watchers have recorded. */
  readonly before: Pick<RunView, "nextSample" | "unavailable" | "params">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A line for the user. */
  readonly notify: (text: string) => void;
}

/** Turns what was read into records of the journal, and what crosses a threshold into alerts. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #reported = new Set<string>();
  readonly #names = new SeriesNames();
  #index: number;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { nextSample, unavailable } = options.before;
    this.#index = nextSample;
    for (const { probe, reason, metrics } of unavailable) {
      this.#reported.add(`${probe}: ${reason}`);
      this.#reported.add(probe);
      if (CRITICAL_METRICS.some((key) => metrics.includes(key))) this.#reported.add("critical");
    }
  }

  /** @param settled false: the time since the last sample is too short to judge a share of time by */
  sample(readings: readonly Reading[], processes: readonly ProcessEntry[] | undefined, settled: boolean): void {
    const timestamp = this.#options.now();
    const metrics: Record<string, number> = {};
    for (const reading of readings) {
      if (typeof reading.value === "number") metrics[reading.key] = reading.value;
      else this.#names.addTo(metrics, reading.key, reading.value);
    }
    const table = processes === undefined ? {} : { processes };
    this.#options.journal.append({ type: "sample", timestamp, index: this.#index, metrics, ...table });
    this.#index += 1;
    const judged = settled
      ? metrics
      : Object.fromEntries(Object.entries(metrics).filter(([key]) => !isShareOfTime(key)));
    this.#options.alerts.sample(judged);
  }

  /**
   * The run was stopped, and nothing was sampled.
   * @param milliseconds how long; too short a time is no news
   */
  stopped(milliseconds: number): void {
    this.#options.alerts.stopped(milliseconds);
    if (milliseconds < SHORTEST_STOP_MS) return;
    const reason = `the run was stopped for ${(milliseconds / 1000).toFixed(1)} s`;
    this.#options.journal.append({ type: "gap", timestamp: this.#options.now(), what: "samples", reason });
  }

  /** Settings that the command has printed. A param that is known keeps its value. */
  params(printed: Readonly<Record<string, string>>, timestamp: number): void {
    const params = newParams(printed, this.#options.before.params);
    if (Object.keys(params).length > 0) this.#options.journal.append({ type: "params", timestamp, params });
  }

  line(line: Omit<MetricLine, "stream"> & { readonly stream: MetricSource }): void {
    const { timestamp, step, stream, offset, stepRule } = line;
    const metrics = journalNumbers(line.metrics);
    const rule = stepRule === "line" ? {} : { stepRule };
    this.#options.journal.append({ type: "metrics", timestamp, step, metrics, stream, offset, ...rule });
    this.#options.alerts.line(line);
  }

  /** Says once, of each probe and reason, what cannot be read. */
  unavailable(found: readonly { readonly probe: string; readonly unavailable: Unavailable }[]): void {
    const timestamp = this.#options.now();
    const news = found.filter(({ probe, unavailable }) => {
      const key = `${probe}: ${unavailable.reason}`;
      return !this.#reported.has(key) && this.#reported.add(key);
    });
    for (const { probe, unavailable } of news) {
      this.#options.journal.append({ type: "unavailable", timestamp, probe, ...unavailable });
      this.#warnOfCustom(probe, unavailable);
    }
    this.#warnOfCritical(news.map(({ unavailable }) => unavailable));
  }

  /** A probe of the user's own that does not work is for the user to mend; it is said once, whatever else it does. */
  #warnOfCustom(probe: string, { reason }: Unavailable): void {
    if (!probe.startsWith(CUSTOM) || this.#reported.has(probe)) return;
    this.#reported.add(probe);
    this.#options.notify(customProbeSkipped(probe.slice(CUSTOM.length), reason));
  }

  #warnOfCritical(news: readonly Unavailable[]): void {
    const missing = CRITICAL_METRICS.filter((key) => news.some(({ metrics }) => metrics.includes(key)));
    if (missing.length === 0 || this.#reported.has("critical")) return;
    this.#reported.add("critical");
    const reason = news.find(({ metrics }) => metrics.includes(missing[0] ?? ""))?.reason ?? "";
    this.#options.notify(missingCriticalMetrics(missing, reason));
  }
}

/** Nearly always all are finite, and the record can have them as they are. */
function journalNumbers(metrics: MetricLine["metrics"]): Readonly<Record<string, JournalNumber>> {
  if (Object.values(metrics).every(Number.isFinite)) return metrics;
  return Object.fromEntries(Object.entries(metrics).map(([key, value]) => [key, toJournalNumber(value)]));
}

/** A share of the time between two samples, unlike a share of some space. */
function isShareOfTime(key: string): boolean {
  return /^((workload_|tracelet_|container_)?cpu|cpu_core_\d+|container_cpu_throttled|gpu_\d+_throttled(_[a-z]+)?|(cpu|memory|io)_pressure(_full)?)_percent$|_per_second$/.test(
    key,
  );
}
