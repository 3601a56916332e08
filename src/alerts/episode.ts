import type { Alert, AlertRule, AlertState, Severity } from "../model/alert.ts";
import { judgeOf } from "./judge.ts";
import type { Judge, Verdict } from "./verdict.ts";
import { severityOf } from "./severity.ts";

/** One moment on two clocks. */
export interface Moment {
  /** Milliseconds since the epoch: for people. May go back, or leap. */
  readonly timestamp: number;
  /** Milliseconds of a clock that never goes back, of which only differences mean anything: for durations. */
  readonly at: number;
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/**
 * One rule for one series: inactive → pending → firing → resolved, as Prometheus has them. An episode begins when the
 * condition has held for as long as the rule says, and ends when it is over; in between it is told again only when it
 * grows more severe, or when the rule says so.
 */
export class Episode {
  readonly #rule: AlertRule;
  readonly #metric: string;
  readonly #judge: Judge;
  #state: "inactive" | "pending" | "firing" = "inactive";
  /** Since when the condition holds. */
  #began = 0;
  /** Milliseconds for which it was seen to hold, and in how many points. */
  #held = 0;
  #points = 0;
  /** When it was last seen to hold; absent when something is missing since. */
  #heldAt: number | undefined;
  #severity: Severity = "info";
  #told = 0;

  /** @param best see `judgeOf` */
  constructor(rule: AlertRule, metric: string, at: number, best?: number) {
    this.#rule = rule;
    this.#metric = metric;
    this.#judge = judgeOf(rule.condition, at, best);
  }

  /** Goes on where an engine before this one stood, which has said `alert` last. */
  resume(alert: Alert, now: Moment): void {
    if (alert.state !== "pending" && alert.state !== "firing") return;
    const since = Math.max(0, now.timestamp - alert.timestamp);
    this.#state = alert.state;
    this.#severity = alert.severity;
    this.#told = now.at - since;
    this.#began = now.at - since - (alert.lasted ?? 0);
    this.#held = since + (alert.lasted ?? 0);
    this.#points = 1;
    this.#heldAt = now.at;
  }

  /** @param step of a training metric */
  see(value: number, moment: Moment, step?: number): Alert | undefined {
    return this.#take(this.#judge.see(value, moment.at), moment, step);
  }

  /** Whether time alone may change something. */
  get ticks(): boolean {
    return this.#judge.tick !== undefined || this.#rule.repeat !== undefined;
  }

  tick(moment: Moment): Alert | undefined {
    const verdict = this.#judge.tick?.(moment.at);
    if (verdict !== undefined) return this.#take(verdict, moment);
    return this.#isToRepeat(moment)
      ? this.#tell("firing", moment, { holds: true, over: false }, { repeated: true })
      : undefined;
  }

  /** What came between the last value and the next is not known: that time counts for nothing. */
  miss(): void {
    this.#heldAt = undefined;
  }

  /** The run was stopped for so many milliseconds. */
  skip(milliseconds: number): void {
    this.#judge.skip?.(milliseconds);
    this.#began += milliseconds;
    this.#told += milliseconds;
    if (this.#heldAt !== undefined) this.#heldAt += milliseconds;
  }

  #take(verdict: Verdict | undefined, moment: Moment, step?: number): Alert | undefined {
    if (verdict === undefined) {
      this.miss();
      return undefined;
    }
    const alert = this.#state === "firing" ? this.#goOn(verdict, moment) : this.#begin(verdict, moment);
    return alert === undefined || step === undefined || verdict.value === undefined ? alert : { ...alert, step };
  }

  #begin(verdict: Verdict, moment: Moment): Alert | undefined {
    if (!verdict.holds) {
      if (this.#state === "inactive") return undefined;
      this.#state = "inactive";
      return this.#tell("inactive", moment, verdict);
    }
    const isNew = this.#state === "inactive";
    if (isNew) {
      this.#began = moment.at;
      this.#held = 0;
      this.#points = 0;
      this.#heldAt = undefined;
    }
    this.#points += 1;
    if (this.#heldAt !== undefined) this.#held += Math.max(0, moment.at - this.#heldAt);
    this.#heldAt = moment.at;
    this.#severity = this.#severityOf(verdict);
    if (this.#hasHeld()) {
      this.#state = "firing";
      return this.#tell("firing", moment, verdict);
    }
    this.#state = "pending";
    return isNew ? this.#tell("pending", moment, verdict) : undefined;
  }

  #goOn(verdict: Verdict, moment: Moment): Alert | undefined {
    if (verdict.over) {
      this.#state = "inactive";
      return this.#tell("resolved", moment, verdict);
    }
    if (verdict.holds && RANK[this.#severityOf(verdict)] > RANK[this.#severity]) {
      this.#severity = this.#severityOf(verdict);
      return this.#tell("firing", moment, verdict);
    }
    return this.#isToRepeat(moment) ? this.#tell("firing", moment, verdict, { repeated: true }) : undefined;
  }

  #hasHeld(): boolean {
    const { hold } = this.#rule;
    if (hold === undefined) return true;
    return "points" in hold ? this.#points >= hold.points : this.#held >= hold.milliseconds;
  }

  #isToRepeat({ at }: Moment): boolean {
    const { repeat } = this.#rule;
    return this.#state === "firing" && repeat !== undefined && at - this.#told >= repeat;
  }

  #severityOf({ value }: Verdict): Severity {
    return this.#rule.severity ?? severityOf(this.#metric, this.#rule.condition, value);
  }

  #tell(state: AlertState, { timestamp, at }: Moment, { value }: Verdict, more: { repeated?: true } = {}): Alert {
    const { text, phrase, condition, builtIn } = this.#rule;
    this.#told = at;
    const lasted = Math.round(Math.max(0, at - this.#began));
    return {
      rule: text,
      metric: this.#metric,
      state,
      severity: this.#severity,
      ...(value === undefined ? {} : { value }),
      phrase,
      ...(condition.kind === "level" ? { comparison: condition.comparison, threshold: condition.threshold } : {}),
      timestamp,
      ...(lasted === 0 ? {} : { lasted }),
      ...(builtIn === undefined ? {} : { builtIn }),
      ...more,
    };
  }
}
