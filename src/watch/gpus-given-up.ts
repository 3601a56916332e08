import type { WatchOrder } from "../model/watcher-protocol.ts";
import type { ProbeUnavailable } from "../probes/index.ts";

/** Watchers that native code may end before GPUs are left alone: the library of their driver is all of it that there is. */
const MOST_CRASHES = 2;

/** Why this watcher does not read GPUs, where it does not: those before it did not survive it. */
export function gpusGivenUp({ nativeCrashes = 0 }: WatchOrder): ProbeUnavailable | undefined {
  if (nativeCrashes < MOST_CRASHES) return undefined;
  const reason = `not read any more: native code ended the watcher ${nativeCrashes} times`;
  const hint = "the library of the GPU driver is the likeliest: look for segfault in the kernel log (dmesg)";
  return { probe: "gpu", unavailable: { state: "failed", metrics: ["gpu_count"], reason, hint } };
}
