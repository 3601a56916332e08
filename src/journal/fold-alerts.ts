import type { Alert, Severity } from "../model/alert.ts";
import type { AlertEpisode } from "../model/view.ts";

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * Alert records folded into episodes: one from the first firing of a rule to its resolution. A rule that fires again
 * before that belongs to the same episode: it grew more severe, or a watcher that took over saw it for the first time.
 */
export class AlertFold {
  readonly #most: number;
  #episodes: AlertEpisode[] = [];
  readonly #open = new Map<string, AlertEpisode>();
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

  add(alert: Alert): void {
    const rule = `${alert.metric} ${alert.comparison} ${alert.threshold}`;
    if (alert.state === "resolved") this.#resolve(rule, alert.timestamp);
    else this.#fire(rule, alert);
  }

  #fire(rule: string, { metric, value, comparison, threshold, severity, state, timestamp }: Alert): void {
    if (metric === "cpu_percent") this.#maxCpu = Math.max(this.#maxCpu ?? value, value);
    const known = this.#open.get(rule);
    if (known === undefined) {
      this.#all += 1;
      if (severity === "critical") this.#critical += 1;
      const episode = { metric, value, comparison, threshold, severity, state, timestamp };
      this.#open.set(rule, episode);
      this.#episodes.push(episode);
      if (this.#episodes.length > this.#most) this.#episodes.shift();
    } else if (RANK[severity] > RANK[known.severity]) {
      if (severity === "critical") this.#critical += 1;
      this.#put(rule, known, { ...known, severity, value });
    }
  }

  #resolve(rule: string, ended: number): void {
    const known = this.#open.get(rule);
    if (known === undefined) return;
    this.#put(rule, known, { ...known, state: "resolved", ended });
    this.#open.delete(rule);
  }

  #put(rule: string, before: AlertEpisode, after: AlertEpisode): void {
    this.#open.set(rule, after);
    const at = this.#episodes.lastIndexOf(before);
    if (at !== -1) this.#episodes[at] = after;
  }
}
