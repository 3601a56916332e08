import { type AlertEngine, createAlertEngine, type Moment } from "../alerts/engine.ts";
import type { MetricLine } from "../extract/index.ts";
import { JobGpus } from "../model/job-gpus.ts";
import type { JournalWriter } from "../journal/writer.ts";
import type { Alert, AlertRule } from "../model/alert.ts";
import type { RunView } from "../model/view.ts";
import { withBuiltIns } from "../settings/built-in-alerts.ts";
import { Activity } from "./activity.ts";
import type { AlertActor } from "./alert-actor.ts";
import { Floods } from "./floods.ts";

/** What has been pending for less than this leaves no trace, in milliseconds. */
const PENDING_MS = 30_000;

export interface AlertDeskOptions {
  readonly journal: JournalWriter;
  /** The user's rules. */
  readonly rules: readonly AlertRule[];
  /** What earlier watchers have recorded. */
  readonly before: Pick<RunView, "alerts" | "openAlerts" | "metrics" | "system">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly steady: () => number;
  /** Has the user told of a change. @param bell the rule asks for it */
  readonly tell: (alert: Alert, bell: boolean) => void;
  /** A rule speaks too often to be listened to. */
  readonly flooded: (rule: string) => void;
  readonly actor: AlertActor;
  /** An episode is critical. */
  readonly onCritical: () => void;
}

/** Where numbers become alerts, and alerts become records, lines and actions. */
export class AlertDesk {
  readonly #options: AlertDeskOptions;
  readonly #rules: ReadonlyMap<string, AlertRule>;
  readonly #engine: AlertEngine;
  readonly #gpus = new JobGpus();
  readonly #activity = new Activity();
  /** Rule and series of the episodes that are open. */
  readonly #open: Set<string>;
  readonly #floods = new Floods();
  /** What is pending and not yet in the journal. */
  readonly #waiting = new Map<string, { readonly alert: Alert; readonly since: number }>();

  constructor(options: AlertDeskOptions) {
    this.#options = options;
    const { rules, before } = options;
    const all = withBuiltIns(rules);
    this.#rules = new Map(all.map((rule) => [rule.text, rule] as const).toReversed());
    this.#gpus.see(Object.fromEntries(Object.entries(before.system).map(([key, { max }]) => [key, max])));
    const open = before.openAlerts.filter(({ state }) => state === "firing");
    this.#open = new Set(open.map(keyOf));
    this.#engine = createAlertEngine({
      rules: all,
      start: this.#moment(),
      earlier: before.openAlerts,
      best: (key, goal) => before.metrics[key]?.[goal],
      isOfJob: (key) => this.#gpus.has(key),
    });
    for (const alert of open) this.#catchUp(alert);
  }

  /** One reading of the machine. */
  sample(series: Readonly<Record<string, number>>): void {
    const gpus = gpuSeries(series);
    this.#gpus.see(gpus);
    const isQuiet = this.#activity.isQuiet(series["workload_cpu_percent"], gpus, (key) => this.#gpus.has(key));
    this.#raise(this.#engine.sample(series, this.#moment(), isQuiet));
  }

  line({ metrics, step, timestamp }: Pick<MetricLine, "metrics" | "step" | "timestamp">): void {
    this.#raise(this.#engine.line(metrics, step, this.#moment(timestamp)));
  }

  /** The command has printed something. */
  printed(): void {
    this.#activity.printed();
  }

  /** Time has passed. */
  look(): void {
    this.#raise(this.#engine.tick(this.#moment()));
    this.#recordPending();
  }

  /** The run was stopped for so many milliseconds. */
  stopped(milliseconds: number): void {
    this.#engine.skip(milliseconds);
  }

  /** The user's rules whose metric has never come. */
  unseen(): AlertRule[] {
    return this.#engine.unseen().filter(({ builtIn }) => builtIn !== true);
  }

  #raise(alerts: readonly Alert[]): void {
    for (const alert of alerts) this.#take(alert);
  }

  #take(alert: Alert): void {
    const { tell, actor, onCritical } = this.#options;
    const key = keyOf(alert);
    this.#record(key, alert);
    if (alert.state === "pending" || alert.state === "inactive") return;
    const isNew = alert.state === "firing" && !this.#open.has(key);
    if (alert.state === "firing") this.#open.add(key);
    else this.#open.delete(key);
    if (alert.state === "firing" && alert.severity === "critical") onCritical();
    const flood = this.#floods.see(alert.rule, this.#options.steady());
    if (flood === "first") this.#options.flooded(alert.rule);
    if (flood !== undefined) return;
    const rule = this.#rules.get(alert.rule);
    tell(alert, rule?.actions.some(({ kind }) => kind === "notify") === true);
    if (rule !== undefined) actor.take(alert, rule, isNew);
  }

  /** What is pending is written when it has been so for a while, or when it fires: much passes at once, and is no news. */
  #record(key: string, alert: Alert): void {
    const { journal, steady } = this.#options;
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (alert.state === "pending") this.#waiting.set(key, { alert, since: steady() });
    else if (alert.state !== "inactive" || waiting === undefined) {
      if (waiting !== undefined) journal.append({ type: "alert", ...waiting.alert });
      journal.append({ type: "alert", ...alert });
    }
  }

  #recordPending(): void {
    const { journal, steady } = this.#options;
    for (const [key, { alert, since }] of this.#waiting) {
      if (steady() - since < PENDING_MS) continue;
      this.#waiting.delete(key);
      journal.append({ type: "alert", ...alert });
    }
  }

  #catchUp(alert: Alert): void {
    const rule = this.#rules.get(alert.rule);
    const episode = this.#options.before.alerts.findLast(
      (one) => one.rule === alert.rule && one.metric === alert.metric && one.state === "firing",
    );
    if (rule !== undefined) this.#options.actor.catchUp(alert, rule, episode?.timestamp ?? alert.timestamp);
  }

  /**
   * Now, or when a line was printed. Durations are told by the clock that never goes back; how long ago a line was printed
   * is a difference between two readings of the other one, in which a leap between two lines does not show.
   */
  #moment(printed?: number): Moment {
    const { now, steady } = this.#options;
    const timestamp = now();
    if (printed === undefined) return { timestamp, at: steady() };
    return { timestamp: printed, at: steady() - Math.max(0, timestamp - printed) };
  }
}

/** Nearly always few of the series are about GPUs, and several things look at them. */
function gpuSeries(series: Readonly<Record<string, number>>): Record<string, number> {
  const gpus: Record<string, number> = {};
  for (const key in series) if (key.startsWith("gpu_")) gpus[key] = series[key] ?? 0;
  return gpus;
}

function keyOf({ rule, metric }: Pick<Alert, "rule" | "metric">): string {
  return JSON.stringify([rule, metric]);
}
