import type { CustomProbe } from "../model/settings.ts";

import { CommandGuard } from "./command-guard.ts";
import { commandProbe } from "./command-probe.ts";
import type { Registration } from "./index.ts";
import { allMetrics } from "./index.ts";
import { moduleProbe } from "./module-probe.ts";

/** Seconds. */
const GRACE = 2;

/**
 * The user's own probes, to be opened behind those of tracelet.
 * @param waits whether a reading waits for a command that has not ended yet
 */
export function customProbes(probes: readonly CustomProbe[], waits: boolean): Registration[] {
  const ownKeys = new Set(allMetrics().map(({ key }) => key));
  const guard = new CommandGuard();
  return probes.map((custom) => ({
    group: "always",
    on: "anywhere",
    // Each is bounded by itself; what waits for it waits a little longer.
    timeout: (custom.timeout + GRACE) * 1000,
    probe:
      "command" in custom
        ? commandProbe({ ...custom, waits, ownKeys, guard })
        : moduleProbe({ ...custom, waits, ownKeys }),
  }));
}
