import type { Reading, Unavailable } from "../model/metric.ts";

import { unavailable } from "./readings.ts";

/** One resource of the container. */
export interface ContainerPart {
  readonly unavailable: readonly Unavailable[];
  sample(): readonly Reading[];
  close(): void;
}

/** A resource of which nothing can be told here. */
export function partWithout(keys: readonly string[], reason: string): ContainerPart {
  return { unavailable: [unavailable(keys, reason)], sample: () => [], close: () => undefined };
}
