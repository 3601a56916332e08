import type { Probe } from "../model/probe.ts";

import { checkReadings, MOST_NUMBERS } from "./custom-readings.ts";
import { createModuleThread } from "./module-thread.ts";
import type { Pace } from "./paced-reading.ts";
import { readAtPace } from "./paced-reading.ts";

export interface ModuleProbeOptions extends Omit<Pace, "now"> {
  readonly name: string;
  /** Absolute path of an ES module. */
  readonly module: string;
  /** What tracelet reads itself. */
  readonly ownKeys: ReadonlySet<string>;
}

/** What a thread needs to be gone. Seconds. */
const GRACE = 1;

/**
 * A probe of the user's own, from a local ES module whose default export has the function `open` of `Probe`. It runs in
 * a thread of its own; see module-thread.ts.
 *
 * Left out: everything until it has answered, and between one reading and the next.
 * Fails: when the module cannot be loaded or its export has another shape, when it hangs, and as the probe itself does.
 * It is started again at its interval.
 */
export function moduleProbe(options: ModuleProbeOptions): Probe {
  const { name, module, ownKeys, timeout } = options;
  const description = "What a module of the user reads.";
  return {
    id: `custom:${name}`,
    metrics: [{ key: name, unit: "count", kind: "gauge", description, source: module }],
    open(host) {
      const thread = createModuleThread({ module, host, timeout, most: MOST_NUMBERS });
      const read = async () => checkReadings(await thread.sample(), ownKeys);
      const pace = { ...options, timeout: timeout + GRACE, now: () => host.now() };
      return Promise.resolve({ sample: readAtPace(read, pace), close: () => thread.close() });
    },
  };
}
