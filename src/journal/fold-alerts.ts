import type { Alert, Severity } from "../model/alert.ts";
import type { AlertEpisode } from "../model/view.ts";

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** The metrics that tell how busy the CPU was: of the machine, or of the container that stands for it. */
const CPU = ["cpu_percent", "container_cpu_percent"];

/**
 * Alert records folded into episodes: one from the first firing of a rule to its resolution. A rule that fires again
 * before that belongs to the same episode: it grew more severe, is told again, or a watcher that took over saw it for the
 * first time.
 */
export class AlertFold {
  readonly #most: number;
  #episodes: AlertEpisode[] = [];
  readonly #open = new Map<string, AlertEpisode>();
  readonly #last = new Map<string, Alert>();
  #all = 0;
  #critical = 0;
  #maxCpu: number | undefined;

  /** @param most how many episodes are kept; the oldest go first, and are still counted */
  constructor(most: number) {
    this.#most = most;
  }

  get episodes(): readonly AlertEpisode[] {
    return this.#episodes;
  }

  get count(): { readonly all: number; readonly critical: number } {
    return { all: this.#all, critical: this.#critical };
  }

  /** Highest `cpu_percent` an alert was raised for. */
  get maxCpu(): number | undefined {
    return this.#maxCpu;
  }

  /** The last word on each rule and series whose condition holds. */
  get open(): readonly Alert[] {
    return [...this.#last.values()];
  }

  add(alert: Alert): void {
    const key = JSON.stringify([alert.rule, alert.metric]);
    if (alert.state === "pending" || alert.state === "firing") this.#last.set(key, alert);
    else this.#last.delete(key);
    if (alert.state === "firing") this.#fire(key, alert);
    else if (alert.state === "resolved") this.#resolve(key, alert.timestamp);
  }

  #fire(key: string, alert: Alert): void {
    const { metric, severity, value } = alert;
    if (CPU.includes(metric) && value !== undefined) this.#maxCpu = Math.max(this.#maxCpu ?? value, value);
    const known = this.#open.get(key);
    if (known === undefined) {
      this.#all += 1;
      if (severity === "critical") this.#critical += 1;
      const episode = episodeOf(alert);
      this.#open.set(key, episode);
      this.#episodes.push(episode);
      if (this.#episodes.length > this.#most) this.#episodes.shift();
    } else if (RANK[severity] > RANK[known.severity]) {
      if (severity === "critical") this.#critical += 1;
      this.#put(key, known, { ...episodeOf(alert), timestamp: known.timestamp });
    }
  }

  #resolve(key: string, ended: number): void {
    const known = this.#open.get(key);
    if (known === undefined) return;
    this.#put(key, known, { ...known, state: "resolved", ended });
    this.#open.delete(key);
  }

  #put(key: string, before: AlertEpisode, after: AlertEpisode): void {
    this.#open.set(key, after);
    const at = this.#episodes.lastIndexOf(before);
    if (at !== -1) this.#episodes[at] = after;
  }
}

function episodeOf(alert: Alert): AlertEpisode {
  const { rule, metric, value, step, phrase, comparison, threshold, severity, timestamp, builtIn } = alert;
  return {
    rule,
    metric,
    ...(value === undefined ? {} : { value }),
    ...(step === undefined ? {} : { step }),
    phrase,
    ...(comparison === undefined ? {} : { comparison }),
    ...(threshold === undefined ? {} : { threshold }),
    severity,
    state: "firing",
    timestamp,
    ...(builtIn === undefined ? {} : { builtIn }),
  };
}
