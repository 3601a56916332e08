import type { JournalWriter } from "../journal/writer.ts";
import { seriesOf } from "../model/metric.ts";
import type { Host, Workload } from "../model/probe.ts";
import { openProbes, PROBES, type ProbeSelection, type ProbeSet, type Registration } from "../probes/index.ts";

/** How much of the past is kept, in milliseconds. */
const KEPT_MS = 120_000;
/** Readings are not closer together than this, in milliseconds. */
const APART_MS = 900;

/** The probes that are read every second. */
const PROBE_IDS = ["cpu", "memory", "container", "shm", "gpu"];
/** What took the room is gone soon after the death, as the processes that wanted more are. */
const EVIDENCE_MS = 10_000;

/** What changes within a second; the rest is in every sample. */
const KEPT_KEYS =
  /^(cpu_percent|memory_(used|percent)|container_(cpu|memory|cpu_throttled)_\w+|container_oom_kills|shm_(free|percent)|gpu_\d+_\w+)$/;

export interface FlightRecorderOptions {
  readonly journal: Pick<JournalWriter, "append">;
  readonly host: Host;
  readonly selection: ProbeSelection;
  readonly workload: Workload;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly steady: () => number;
  /** A close-up was kept before, by an earlier watcher. */
  readonly hasKept: boolean;
}

interface FlightSample {
  readonly at: number;
  readonly timestamp: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * The last two minutes, once a second: what an interval of ten seconds or more would not show of the moment at which
 * something went wrong. Kept in memory, and written only where there is a reason.
 */
export class FlightRecorder {
  readonly #options: FlightRecorderOptions;
  readonly #probes: Promise<ProbeSet>;
  #samples: FlightSample[] = [];
  #last = Number.NEGATIVE_INFINITY;
  #isReading = false;
  #hasCritical: boolean;

  constructor(options: FlightRecorderOptions) {
    this.#options = options;
    this.#hasCritical = options.hasKept;
    this.#probes = openProbes(options.host, options.selection, flightProbes());
  }

  /** Takes a reading where it is time for one. */
  look(): void {
    const at = this.#options.steady();
    if (this.#isReading || at - this.#last < APART_MS) return;
    this.#last = at;
    this.#isReading = true;
    void this.#read(at);
  }

  /** The most that a key was in the last ten seconds; nothing where it was not read. */
  highest(key: string): number | undefined {
    const at = this.#options.steady();
    const values = this.#samples.flatMap((sample) => (at - sample.at < EVIDENCE_MS ? (sample.metrics[key] ?? []) : []));
    return values.length === 0 ? undefined : Math.max(...values);
  }

  /** Keeps what there is for the first critical alert. */
  critical(): void {
    if (this.#hasCritical) return;
    this.#hasCritical = true;
    this.keep("critical alert");
  }

  /** Writes what is remembered, and forgets it. */
  keep(reason: string): void {
    const samples = this.#samples.map(({ timestamp, metrics }) => ({ timestamp, metrics }));
    this.#samples = [];
    if (samples.length === 0) return;
    this.#options.journal.append({ type: "closeup", timestamp: this.#options.now(), reason, samples });
  }

  close(): void {
    this.#isReading = true;
    // Probes that cannot be opened have said so to the sampler.
    this.#probes.then(
      (probes) => probes.close(),
      () => {},
    );
  }

  async #read(at: number): Promise<void> {
    const probes = await this.#probes;
    const { readings } = await probes.sample(this.#options.workload);
    const series = readings.flatMap(seriesOf).filter(([key, value]) => KEPT_KEYS.test(key) && Number.isFinite(value));
    const metrics = Object.fromEntries(series);
    this.#samples = this.#samples.filter((sample) => at - sample.at < KEPT_MS);
    this.#samples.push({ at, timestamp: this.#options.now(), metrics });
    this.#isReading = false;
  }
}

/** What is read every second: a few files that stay open. Elsewhere than on Linux programs would be started. */
function flightProbes(): Registration[] {
  return PROBES.filter(({ on, probe }) => on !== "elsewhere" && PROBE_IDS.includes(probe.id));
}
