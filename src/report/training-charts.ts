import { goalOf } from "../model/goal.ts";
import type { Chart } from "./chart.ts";
import type { CollectedSeries } from "./collector.ts";

/** What stands for the numbers in the names of a family. */
const NUMBER = "\u0000";

/** More lines in one chart cannot be told apart. */
const MOST_LINES = 6;

/** What a name says beside what was measured: on which data. */
const SPLIT =
  /^(train(ing)?|val(id(ation)?)?|eval(uation)?|test|dev)[_/. :-]+|[_/. :-]+(train|val|valid|eval|test|dev)$/i;

/**
 * The charts of a training: metrics that measure the same share one, such as `train/loss` and `val_loss`, or `norm/layer0` and
 * `norm/layer1`. First comes what a
 * person asks for first: a loss, then what else wants to be small or large, then the others, each in order of appearance.
 */
export function trainingCharts(series: readonly CollectedSeries[]): Chart[] {
  const families = new Map<string, CollectedSeries[]>();
  for (const one of series) {
    const family = familyOf(one.key);
    const known = families.get(family);
    if (known === undefined) families.set(family, [one]);
    else known.push(one);
  }
  const ordered = [...families].sort(([one], [other]) => rankOf(one) - rankOf(other));
  return ordered.flatMap(([family, members]) =>
    partsOf(members).map((part, index) => chartOf(part, titleOf(part, family), index)),
  );
}

function familyOf(key: string): string {
  const bare = key.replace(SPLIT, "");
  return (bare === "" ? key : bare).replace(/\d+/g, NUMBER);
}

function titleOf(members: readonly CollectedSeries[], family: string): string {
  const [first, last] = [members[0]?.key ?? family, members.at(-1)?.key ?? family];
  if (members.length === 1) return first;
  return family.includes(NUMBER) ? `${first} to ${last}` : family;
}

function rankOf(family: string): number {
  if (/^loss$/i.test(family)) return 0;
  const goal = goalOf(family);
  if (goal === "min" && /loss/i.test(family)) return 1;
  return goal === undefined ? 3 : 2;
}

function partsOf(members: readonly CollectedSeries[]): (readonly CollectedSeries[])[] {
  const count = Math.ceil(members.length / MOST_LINES);
  return Array.from({ length: count }, (_, part) => members.slice(part * MOST_LINES, (part + 1) * MOST_LINES));
}

function chartOf(members: readonly CollectedSeries[], title: string, index: number): Chart {
  return {
    id: `training:${title}:${index}`,
    part: "training",
    title,
    unit: "number",
    lines: members.map(({ key, buckets, odd }) => ({ label: key, key, buckets, odd })),
  };
}
