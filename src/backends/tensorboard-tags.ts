import type { SystemSample } from "../model/backend.ts";

/** TensorBoard groups tags by what is before their first slash. These groups are ours. */
const SYSTEM = "system/";
export const TEXTS = "run/";

/** Stands behind the name of a series for the highest value where several samples share a point. */
const MAX_SUFFIX = "_max";

/** Keys that would be taken for one of ours; `_hparams_` belongs to a page of TensorBoard. */
const OURS = /^_*(system|run|_hparams_)\//;

/**
 * The tag of a training metric: its key as it is, whatever characters it has. One that looks like ours gets a `_` before it,
 * and so does one that looks like that.
 */
export function metricTag(key: string): string {
  return OURS.test(key) ? `_${key}` : key;
}

/** The series of a sample with their tags: tracelet's own keys below `system/`. */
export function* systemSeries({ metrics, max = {} }: SystemSample): Generator<[tag: string, value: number]> {
  for (const [key, value] of Object.entries(metrics)) yield [SYSTEM + key, value];
  for (const [key, value] of Object.entries(max)) yield [SYSTEM + key + MAX_SUFFIX, value];
}
