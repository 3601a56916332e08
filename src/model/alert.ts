export type Severity = "info" | "warning" | "critical";

/** A threshold on a metric. */
export interface AlertRule {
  /** Any metric key, such as `memory_percent`. */
  readonly metric: string;
  readonly comparison: ">" | ">=" | "<" | "<=";
  readonly threshold: number;
}

/** One episode in which a rule held, or its end. */
export interface Alert {
  readonly metric: string;
  /** What was read when the state changed. */
  readonly value: number;
  readonly comparison: AlertRule["comparison"];
  readonly threshold: number;
  readonly severity: Severity;
  readonly state: "firing" | "resolved";
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}
