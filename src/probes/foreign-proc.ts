import type { Host } from "../model/probe.ts";
import { foreignNumbers } from "../model/process-numbers.ts";

import { readLink } from "./small-file.ts";

/** Why processes cannot be told by their numbers in this host's /proc; see `foreignNumbers`. */
export function whyForeign(host: Host): string | undefined {
  return foreignNumbers(readLink(`${host.proc}/self`), process.pid);
}
