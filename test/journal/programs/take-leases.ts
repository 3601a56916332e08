import { acquireLease } from "../../../src/journal/lease.ts";
import { thisProcess } from "../../../src/journal/process-identity.ts";

/** Tries to take every lease it is told over its channel, and answers whether it has got it. */
process.on("message", (path: string) => {
  void acquireLease(path, thisProcess(), Date.now).then(({ held }) => process.send?.({ path, held }));
});
process.send?.("ready");
