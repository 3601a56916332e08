import { isAlive, thisProcess } from "../journal/process-identity.ts";
import type { WatchOrder } from "../model/watcher-protocol.ts";

/** That nobody is there any more to get a signal. */
export const COMMAND_ENDED = "the command had ended";

/**
 * Sends a signal to a child whose wrapper was killed. It is not ours, so its number may be another's by now: it is looked
 * at first. Returns why it was not sent, where it was not.
 */
export function signalChild({ childPid, childStarted }: WatchOrder, signal: NodeJS.Signals): string | undefined {
  const started = childStarted === undefined ? {} : { started: childStarted };
  if (!isAlive({ host: thisProcess().host, pid: childPid, ...started })) return COMMAND_ENDED;
  try {
    process.kill(childPid, signal);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ESRCH" ? COMMAND_ENDED : `${signal} was refused (${code ?? message})`;
  }
}
