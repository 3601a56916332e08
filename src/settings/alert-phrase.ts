import type { AlertRule, Condition, Span } from "../model/alert.ts";
import { durationText } from "./duration.ts";

/** A condition as it stands behind its metric. */
export function phraseOf(condition: Condition): string {
  switch (condition.kind) {
    case "level":
      return `${condition.rate === true ? "per second " : ""}${condition.comparison} ${condition.threshold}`;
    case "outside":
      return `${condition.rate === true ? "per second " : ""}outside ${condition.low} to ${condition.high}`;
    case "not finite":
      return `is ${[...(condition.nan ? ["nan"] : []), ...(condition.inf ? ["inf"] : [])].join(" or ")}`;
    case "not improved":
      return `not improved for ${spanText(condition.span)}`;
    case "changed":
      return `changed by ${condition.factor}x within ${durationText(condition.within)}`;
    case "absent":
      return `absent for ${durationText(condition.after)}`;
    case "hang":
      break;
  }
  return "hang";
}

/** A rule as it could be typed, without what it does. */
export function textOf(rule: Omit<AlertRule, "text" | "phrase" | "actions">): string {
  const { metric, condition, hold, severity, repeat } = rule;
  return [
    subjectText(metric, condition),
    ...(hold === undefined ? [] : [`for ${spanText(hold)}`]),
    ...(condition.kind === "level" && condition.clear !== undefined ? [`clear ${condition.clear}`] : []),
    ...(repeat === undefined ? [] : [`repeat ${durationText(repeat)}`]),
    ...(severity === undefined ? [] : [`=> ${severity}`]),
  ].join(" ");
}

/** `30s`, `1 point`, `5 points`. */
export function spanText(span: Span): string {
  if ("milliseconds" in span) return durationText(span.milliseconds);
  return `${span.points} ${span.points === 1 ? "point" : "points"}`;
}

function subjectText(metric: string, condition: Condition): string {
  if (condition.kind === "hang") return "hang";
  if (condition.kind === "absent") return `no ${metric} for ${durationText(condition.after)}`;
  if (condition.kind === "not improved") {
    return `${metric} not improved (${condition.goal}) for ${spanText(condition.span)}`;
  }
  const isRate = (condition.kind === "level" || condition.kind === "outside") && condition.rate === true;
  return isRate
    ? `rate(${metric}) ${phraseOf(condition).replace("per second ", "")}`
    : `${metric} ${phraseOf(condition)}`;
}
