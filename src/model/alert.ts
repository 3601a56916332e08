export type Severity = "info" | "warning" | "critical";

export type Comparison = ">" | ">=" | "<" | "<=";

/** Whether a metric wants to be small or large. */
export type Goal = "min" | "max";

/** So long, or over so many points of one series. */
export type Span = { readonly milliseconds: number } | { readonly points: number };

/** What a rule asks of the values of a series. Durations are milliseconds. */
export type Condition =
  /** Beyond a threshold; with `rate`, what it changes by per second. `clear` is where an episode ends. */
  | {
      readonly kind: "level";
      readonly comparison: Comparison;
      readonly threshold: number;
      readonly clear?: number;
      readonly rate?: true;
    }
  | { readonly kind: "outside"; readonly low: number; readonly high: number; readonly rate?: true }
  | { readonly kind: "not finite"; readonly nan: boolean; readonly inf: boolean }
  | { readonly kind: "not improved"; readonly goal: Goal; readonly span: Span }
  /** The largest and the smallest value of a window are more than a factor apart. */
  | { readonly kind: "changed"; readonly factor: number; readonly within: number }
  /** No new point. */
  | { readonly kind: "absent"; readonly after: number }
  /** No output, no CPU time and no work of a GPU. */
  | { readonly kind: "hang" };

/** What is done when a rule begins to hold, beside the line for the user. */
export type AlertAction =
  /** Rings the terminal's bell. */
  | { readonly kind: "notify" }
  | { readonly kind: "webhook" }
  | {
      readonly kind: "command";
      /** A program and its arguments. */
      readonly command: readonly string[];
      readonly cwd: string;
      /** Milliseconds after which it is killed. */
      readonly timeout: number;
    }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  /** TERM, once. */
  | { readonly kind: "stop" };

/** One rule, however it was written. */
export interface AlertRule {
  /** The rule in the grammar of docs/alerts.md without its actions: what tells it from others. */
  readonly text: string;
  /** A key or a glob; `metric` in an absence is any training metric, and `hang` in a hang is no key. */
  readonly metric: string;
  readonly condition: Condition;
  /** The condition as text, as it stands behind the metric and its value: `> 85`, `is nan`. */
  readonly phrase: string;
  /** How long the condition must hold before the rule fires; left out, it fires at once. */
  readonly hold?: Span;
  /** Left out, the value decides. */
  readonly severity?: Severity;
  /** Milliseconds after which an episode that goes on is told again; left out, never. */
  readonly repeat?: number;
  readonly actions: readonly AlertAction[];
  /** Tracelet's own. */
  readonly builtIn?: true;
  /** Only about the GPUs that the command uses. */
  readonly ofJob?: true;
  /** No rule at all, but the wish to have none of the built-in ones for this metric. */
  readonly off?: true;
}

/** Where webhooks go, from `[webhook]` in a settings file or TRACELET_WEBHOOK_URL. The address may be a secret. */
export interface WebhookSettings {
  readonly url: string;
  readonly format: "json" | "slack";
}

/**
 * `pending`: the condition holds, and not yet for as long as the rule says. `inactive`: it no longer does, and never did
 * for so long. `firing`: an episode has begun, has grown more severe, or is told again. `resolved`: it is over.
 */
export type AlertState = "pending" | "inactive" | "firing" | "resolved";

/** A change of state of one rule for one series. */
export interface Alert {
  readonly rule: string;
  /** The series. */
  readonly metric: string;
  readonly state: AlertState;
  /** The highest that the episode has come to. */
  readonly severity: Severity;
  /** What was read then; absent where there is nothing to read, such as for what does not come. */
  readonly value?: number;
  /** The step of that value, where it is a training metric. */
  readonly step?: number;
  /** See `AlertRule.phrase`. */
  readonly phrase: string;
  /** Of a threshold. */
  readonly comparison?: Comparison;
  readonly threshold?: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Milliseconds for which the condition has held; of `resolved`, how long the episode was. Absent: no time at all. */
  readonly lasted?: number;
  /** The rule is one of tracelet's own. */
  readonly builtIn?: true;
  /** Told again, because it goes on. */
  readonly repeated?: true;
}

/** Something that was done for an episode of a rule. */
export interface ActionTaken {
  readonly timestamp: number;
  readonly rule: string;
  /** The series. */
  readonly metric: string;
  readonly action: AlertAction["kind"];
  readonly state: "begun" | "done" | "failed";
  /** How it went, in a few words. Never has an address or a command in it, which may be secrets. */
  readonly detail?: string;
}
