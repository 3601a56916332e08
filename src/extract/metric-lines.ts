import type { StepRule } from "../model/extract.ts";
import type { StreamName } from "../model/run.ts";
import type { Stepped } from "./steps.ts";
import type { HeldRows } from "./tables/held-rows.ts";

/** The metrics of one console line that share a step. */
export interface MetricLine {
  /** Milliseconds since the epoch at which the line's last byte was read. */
  readonly timestamp: number;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly stream: StreamName;
  /** Offset in the output log just behind the line's last byte. */
  readonly offset: number;
  readonly stepRule: StepRule;
  /** Of a block that counts as one line: the same offset of the row that each of its metrics stands in. */
  readonly rowEnds?: Readonly<Record<string, number>>;
}

/**
 * One metric line for each step, in the order in which the steps come first.
 * @param areKnown whether all keys have come before, and may come together again
 */
export function addLines(
  found: MetricLine[],
  points: readonly Stepped[],
  { timestamp, stream, offset }: Pick<MetricLine, "timestamp" | "stream" | "offset">,
  areKnown: boolean,
): void {
  const [first] = points;
  if (first === undefined) return;
  // Nearly always there is one step. A sum with 0 makes a step of -0 one of 0, as a map does.
  if (isOneStep(points, first.step)) {
    const metrics = metricsOf(points, areKnown);
    found.push({ timestamp, step: first.step + 0, metrics, stream, offset, stepRule: first.rule });
    return;
  }
  for (const [step, group] of groupsBySteps(points)) {
    const { rule: stepRule } = group[0] ?? first;
    found.push({ timestamp, step, metrics: metricsOf(group, areKnown), stream, offset, stepRule });
  }
}

/** Says of the lines from `from` on, which a block gave, in which row each of their metrics stands. */
export function addRowEnds(
  found: MetricLine[],
  from: number,
  { entries, rowEnds }: Pick<HeldRows<unknown>, "entries" | "rowEnds">,
): void {
  for (let at = from; at < found.length; at += 1) {
    const line = found[at] as MetricLine;
    const ends: Record<string, number> = Object.create(null);
    for (const [index, { key }] of entries.entries()) if (key in line.metrics) ends[key] = rowEnds[index] as number;
    found[at] = { ...line, rowEnds: ends };
  }
}

function isOneStep(points: readonly Stepped[], step: number): boolean {
  for (const point of points) if (point.step !== step) return false;
  return true;
}

function metricsOf(points: readonly Stepped[], areKnown: boolean): Readonly<Record<string, number>> {
  // No shape of objects is worth its making for keys that may come once only: there is a limit to what can be known of them.
  // Assigning is many times quicker than a list of pairs, and an object without a prototype takes any name as a key.
  const metrics = (areKnown && !hasOddKey(points) ? {} : Object.create(null)) as Record<string, number>;
  for (const { key, value } of points) metrics[key] = value;
  return metrics;
}

function hasOddKey(points: readonly Stepped[]): boolean {
  for (const { key } of points) if (key === "__proto__") return true;
  return false;
}

function groupsBySteps(points: readonly Stepped[]): ReadonlyMap<number, Stepped[]> {
  const groups = new Map<number, Stepped[]>();
  for (const point of points) {
    const group = groups.get(point.step);
    if (group === undefined) groups.set(point.step, [point]);
    else group.push(point);
  }
  return groups;
}
