import type { Bucket } from "./buckets.ts";

const MS_PER_SECOND = 1000;

/** What a counter grows by per second, between the buckets of its series. A counter that began anew has none there. */
export function ratesOf(buckets: Iterable<Bucket>): Iterable<Bucket> {
  return { [Symbol.iterator]: () => rates(buckets) };
}

function* rates(buckets: Iterable<Bucket>): Generator<Bucket> {
  let previous: Bucket | undefined;
  for (const bucket of buckets) {
    const before = previous;
    previous = bucket;
    if (before === undefined || bucket.max < before.max || bucket.time <= before.time) continue;
    const rate = ((bucket.max - before.max) / (bucket.time - before.time)) * MS_PER_SECOND;
    yield { time: bucket.time, step: bucket.step, count: 1, mean: rate, min: rate, max: rate };
  }
}
