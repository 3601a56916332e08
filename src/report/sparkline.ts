import type { Bucket } from "./buckets.ts";
import { type Html, html, NOTHING } from "./html.ts";

const WIDTH = 120;
const HEIGHT = 28;
const MOST_POINTS = 60;

/** The course of a series as a small picture without axes; nothing for fewer than two points. */
export function sparkline(buckets: Iterable<Bucket>, duration: number): Html {
  const points = thinned([...buckets], duration);
  if (points.length < 2) return NOTHING;
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const first = points[0]?.time ?? 0;
  const span = Math.max(1, (points.at(-1)?.time ?? 0) - first);
  const path = points.map(({ time, value }, index) => {
    const x = ((time - first) / span) * WIDTH;
    const y = most === least ? HEIGHT / 2 : 2 + (1 - (value - least) / (most - least)) * (HEIGHT - 4);
    return `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    <path d="${path.join("")}" vector-effect="non-scaling-stroke" />
  </svg>`;
}

/** Means over equal spans of time. */
function thinned(buckets: readonly Bucket[], duration: number): { time: number; value: number }[] {
  if (buckets.length <= MOST_POINTS) return buckets.map(({ time, mean }) => ({ time, value: mean }));
  const width = Math.max(1, duration) / MOST_POINTS;
  const bins = new Map<number, { time: number; sum: number; count: number }>();
  for (const { time, mean, count } of buckets) {
    const bin = bins.get(Math.floor(time / width)) ?? { time, sum: 0, count: 0 };
    bin.sum += mean * count;
    bin.count += count;
    bins.set(Math.floor(time / width), bin);
  }
  return Array.from(bins.values(), ({ time, sum, count }) => ({ time, value: sum / count }));
}
