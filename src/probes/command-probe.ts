import type { Probe } from "../model/probe.ts";

import type { RunningCommand } from "./bounded-command.ts";
import { runBounded } from "./bounded-command.ts";
import type { CommandGuard } from "./command-guard.ts";
import { parseCustomOutput } from "./custom-output.ts";
import { checkReadings } from "./custom-readings.ts";
import type { Pace } from "./paced-reading.ts";
import { readAtPace } from "./paced-reading.ts";

export interface CommandProbeOptions extends Omit<Pace, "now"> {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  /** What tracelet reads itself. */
  readonly ownKeys: ReadonlySet<string>;
  readonly guard: CommandGuard;
}

/** What a killed program needs to be gone. Seconds. */
const GRACE = 1;

/**
 * Numbers that a command of the user prints; see custom-output.ts. A number alone is under the probe's name, named ones
 * under `<name>_<key>`. The first start is at opening.
 *
 * Left out: everything until the command has ended, and between one output and the next.
 * Fails: when it fails, hangs, floods or prints something else; it is started again at its interval.
 */
export function commandProbe(options: CommandProbeOptions): Probe {
  const { name, command, cwd, timeout, guard } = options;
  const description = `What a command of the user prints, and keys that begin with \`${name}_\`.`;
  return {
    id: `custom:${name}`,
    metrics: [{ key: name, unit: "count", kind: "gauge", description, source: command.join(" ") }],
    open(host) {
      let running: RunningCommand | undefined;
      const read = async () => {
        running = runBounded({ command, cwd, timeout: timeout * 1000, guard });
        const numbers = parseCustomOutput(await running.output);
        const readings = [...numbers].map(([key, value]) => ({ key: key === "" ? name : `${name}_${key}`, value }));
        return checkReadings(readings, options.ownKeys);
      };
      const pace = { ...options, timeout: timeout + GRACE, now: () => host.now() };
      return Promise.resolve({ sample: readAtPace(read, pace), close: () => running?.kill() });
    },
  };
}
