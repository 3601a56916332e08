import type { Alert, AlertRule, Goal } from "../model/alert.ts";
import { Episode, type Moment } from "./episode.ts";
import { containerKey, isSameTopic, matcherOf } from "./series.ts";

export type { Moment };

/**
 * Alert rules with what they remember. No clock and no output: numbers in, changes of state out.
 * A key that is absent tells nothing: its state stays as it is.
 */
export interface AlertEngine {
  /** The values of one reading of the machine, by series key. `quiet`: nothing stirs, neither output nor CPU nor GPU. */
  sample(series: Readonly<Record<string, number>>, moment: Moment, quiet?: boolean): Alert[];
  /** The training metrics of one line. */
  line(metrics: Readonly<Record<string, number>>, step: number, moment: Moment): Alert[];
  /** Time has passed. */
  tick(moment: Moment): Alert[];
  /** The run was stopped for so many milliseconds, which count for no duration. */
  skip(milliseconds: number): void;
  /** The rules whose metric has never come, but for those for what does not come. */
  unseen(): AlertRule[];
}

export interface EngineOptions {
  readonly rules: readonly AlertRule[];
  /** When the run, or this engine, began. */
  readonly start: Moment;
  /** The last word of an engine before this one on each rule and series, so that no episode begins twice. */
  readonly earlier?: readonly Alert[];
  /** The best value that a series had before this engine. */
  readonly best?: (key: string, goal: Goal) => number | undefined;
  /** Whether a series is of a GPU that the command uses. */
  readonly isOfJob?: (key: string) => boolean;
}

/** More series than a run has: beyond this many keys nothing is remembered of which rules they are about. */
const MOST_KEYS = 20_000;

/** Any training metric, in a rule about what does not come. */
const ANY_METRIC = "metric";

/** A rule with an episode for each of its series. */
class Watch {
  readonly rule: AlertRule;
  readonly matches: (key: string) => boolean;
  readonly episodes = new Map<string, Episode>();
  hasSeen = false;

  constructor(rule: AlertRule) {
    this.rule = rule;
    this.matches = matcherOf(rule.metric);
  }

  /** @param metric the series, or what stands for all of them in a rule about what does not come */
  episode(metric: string, { start, best }: EngineOptions): Episode {
    const known = this.episodes.get(metric);
    if (known !== undefined) return known;
    const { condition } = this.rule;
    const before = condition.kind === "not improved" ? best?.(metric, condition.goal) : undefined;
    const episode = new Episode(this.rule, metric, start.at, before);
    this.episodes.set(metric, episode);
    return episode;
  }
}

/** @throws never */
export function createAlertEngine(options: EngineOptions): AlertEngine {
  return new Engine(options);
}

class Engine implements AlertEngine {
  readonly #options: EngineOptions;
  readonly #watches: readonly Watch[];
  readonly #byKey = new Map<string, readonly Watch[]>();
  /** Series of the last sample, by rule: one that is missing in the next is missed. */
  #sampled = new Set<Episode>();

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#watches = options.rules.filter(({ off }) => off !== true).map((rule) => new Watch(rule));
    const { start } = options;
    for (const alert of options.earlier ?? []) {
      const watch = this.#watches.find(({ rule }) => rule.text === alert.rule);
      watch?.episode(alert.metric, options).resume(alert, start);
    }
    for (const watch of this.#absences()) watch.episode(watch.rule.metric, options);
  }

  sample(series: Readonly<Record<string, number>>, moment: Moment, quiet?: boolean): Alert[] {
    const alerts: Alert[] = [];
    const seen = new Set<Episode>();
    for (const key in series) {
      const watches = this.#watchesOf(key);
      if (watches.length === 0) continue;
      for (const watch of watches) {
        if (watch.rule.condition.kind === "absent" && watch.rule.metric === ANY_METRIC) continue;
        if (!this.#isAbout(watch.rule, key, series)) continue;
        const episode = this.#see(watch, key, series[key] ?? Number.NaN, moment, undefined, alerts);
        seen.add(episode);
      }
    }
    if (quiet !== undefined) this.#seeHang(quiet, moment, alerts, seen);
    for (const episode of this.#sampled) if (!seen.has(episode)) episode.miss();
    this.#sampled = seen;
    return alerts;
  }

  line(metrics: Readonly<Record<string, number>>, step: number, moment: Moment): Alert[] {
    const alerts: Alert[] = [];
    for (const key in metrics) {
      for (const watch of this.#watchesOf(key)) {
        this.#see(watch, key, metrics[key] ?? Number.NaN, moment, step, alerts);
      }
    }
    return alerts;
  }

  tick(moment: Moment): Alert[] {
    const alerts: Alert[] = [];
    for (const { episodes } of this.#watches) {
      for (const episode of episodes.values()) {
        const alert = episode.ticks ? episode.tick(moment) : undefined;
        if (alert !== undefined) alerts.push(alert);
      }
    }
    return alerts;
  }

  skip(milliseconds: number): void {
    for (const { episodes } of this.#watches) for (const episode of episodes.values()) episode.skip(milliseconds);
  }

  unseen(): AlertRule[] {
    const silent = this.#watches.filter(({ hasSeen, rule: { condition } }) => {
      return !hasSeen && condition.kind !== "absent" && condition.kind !== "hang";
    });
    return silent.map(({ rule }) => rule);
  }

  #see(watch: Watch, key: string, value: number, moment: Moment, step: number | undefined, alerts: Alert[]): Episode {
    watch.hasSeen = true;
    const metric = watch.rule.condition.kind === "absent" ? watch.rule.metric : key;
    const episode = watch.episode(metric, this.#options);
    const alert = episode.see(value, moment, step);
    if (alert !== undefined) alerts.push(alert);
    return episode;
  }

  #seeHang(quiet: boolean, moment: Moment, alerts: Alert[], seen: Set<Episode>): void {
    for (const watch of this.#watches) {
      if (watch.rule.condition.kind !== "hang" || this.#isReplaced(watch.rule, "hang")) continue;
      seen.add(this.#see(watch, "hang", quiet ? 1 : 0, moment, undefined, alerts));
    }
  }

  /** What a reading decides: a container's value stands for the machine's, and an idle GPU has to be the command's. */
  #isAbout(rule: AlertRule, key: string, series: Readonly<Record<string, number>>): boolean {
    if (rule.ofJob === true && this.#options.isOfJob?.(key) === false) return false;
    const instead = containerKey(rule);
    return instead === undefined || key === instead || !Object.hasOwn(series, instead);
  }

  #watchesOf(key: string): readonly Watch[] {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const watches = this.#watches.filter(({ rule, matches }) => {
      const isKey = matches(key) || key === containerKey(rule) || isAnyMetric(rule);
      return isKey && rule.condition.kind !== "hang" && !this.#isReplaced(rule, key);
    });
    if (this.#byKey.size < MOST_KEYS) this.#byKey.set(key, watches);
    return watches;
  }

  /** Whether the user has a rule of that kind for the series, or wants none. */
  #isReplaced(rule: AlertRule, key: string): boolean {
    if (rule.builtIn !== true) return false;
    return this.#options.rules.some((own) => {
      if (own.builtIn === true || !isSameTopic(own, rule)) return false;
      const matches = matcherOf(own.metric);
      return matches(key) || matches(rule.metric) || own.metric === rule.metric;
    });
  }

  #absences(): Watch[] {
    return this.#watches.filter(({ rule }) => rule.condition.kind === "absent");
  }
}

function isAnyMetric({ condition, metric }: AlertRule): boolean {
  return condition.kind === "absent" && metric === ANY_METRIC;
}
