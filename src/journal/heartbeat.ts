import type { Lease } from "./lease.ts";

/** How often the holder of a lease says that it is alive; far less than what another host waits for. */
const HEARTBEAT_MS = 30_000;

/** Beats for a lease while it is held. */
export interface Heartbeat {
  stop(): void;
}

/**
 * Says now and then that the holder of a lease is alive, until it is stopped. Keeps no process alive.
 * @param onLost called once when somebody else has taken the lease over: stop writing
 * @param every milliseconds
 */
export function startHeartbeat(lease: Lease, onLost: () => void, every = HEARTBEAT_MS): Heartbeat {
  let stopped = false;
  const beat = async (): Promise<void> => {
    try {
      if ((await lease.heartbeat()) || stopped) return;
    } catch {
      // The disk refused this once. Nobody takes the lease over before many beats were missed, so the next may do.
      return;
    }
    stop();
    onLost();
  };
  const timer = setInterval(() => void beat(), every);
  timer.unref();
  const stop = (): void => {
    stopped = true;
    clearInterval(timer);
  };
  return { stop };
}
