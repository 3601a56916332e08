import { setTimeout as wait } from "node:timers/promises";
import { isAlive, thisProcess } from "../journal/process-identity.ts";
import type { WatchOrder } from "../model/watcher-protocol.ts";

/** How often a child whose wrapper was killed is looked for. */
const CHILD_POLL_MS = 500;

/**
 * Waits until the child is gone. It is not ours, so there is nothing but to look. Orphaned by the wrapper's end it may
 * stay a zombie: the first process of many containers never asks how its children ended.
 */
export async function childEnd({ childPid, childStarted }: WatchOrder): Promise<void> {
  const child = {
    host: thisProcess().host,
    pid: childPid,
    ...(childStarted === undefined ? {} : { started: childStarted }),
  };
  while (isAlive(child)) await wait(CHILD_POLL_MS);
}
