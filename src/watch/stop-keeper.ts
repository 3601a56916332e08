import type { WatchOrder } from "../model/watcher-protocol.ts";
import type { ProcessStat } from "../probes/process-stat.ts";

const STOPPED = "T";

export interface StopKeeperOptions {
  /** A process as it is now; `undefined` when it is gone or nothing can be known. */
  readonly read: (pid: number) => ProcessStat | undefined;
  readonly order: Pick<WatchOrder, "childPid" | "childStarted" | "settings">;
  readonly wrapperPid: number;
  /** Sends a signal; `process.kill` in production. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
}

/**
 * Keeps the child stopped while the wrapper is. The wrapper passes TSTP and CONT on by itself; nobody can catch STOP, so
 * that one is passed on from here, a second later at most. Whatever it stopped it continues, when the wrapper goes on and
 * when the wrapper is gone. Under `--forward-signals never` it leaves the child alone.
 *
 * Where there is no /proc nothing is known, and nothing is done.
 */
export class StopKeeper {
  readonly #options: StopKeeperOptions;
  /** The wrapper has said that it stops and has told the child: how that takes it is its own affair. */
  #isAnnounced = false;
  #hasStopped = false;
  /** The wrapper was running when the child was seen stopped: by somebody else, who will continue it. */
  #isStoppedAlone = false;

  constructor(options: StopKeeperOptions) {
    this.#options = options;
  }

  /** Whether time is standing still for the run; `undefined` when that cannot be known. */
  look(): boolean | undefined {
    const wrapper = this.#options.read(this.#options.wrapperPid);
    const child = this.#child();
    if (wrapper === undefined && child === undefined) return undefined;
    const isWrapperStopped = wrapper?.state === STOPPED;
    const isChildStopped = child?.state === STOPPED;
    this.#isStoppedAlone = isChildStopped && !isWrapperStopped && !this.#hasStopped && !this.#isAnnounced;
    if (isWrapperStopped && !isChildStopped) this.#stopChild();
    if (!isWrapperStopped && this.#hasStopped) this.#continueChild();
    return isWrapperStopped || isChildStopped;
  }

  /** The wrapper is about to stop itself. */
  announced(): void {
    this.#isAnnounced = true;
  }

  /** The wrapper goes on. */
  resumed(): void {
    this.#isAnnounced = false;
  }

  /** The wrapper was killed: nobody else will continue what was stopped together with it. */
  wrapperGone(): void {
    if (this.#hasStopped || (this.#child()?.state === STOPPED && !this.#isStoppedAlone)) this.#continueChild();
  }

  /** Once for each time that the wrapper is stopped: who then continues the child alone means it. */
  #stopChild(): void {
    if (this.#isAnnounced || this.#hasStopped || this.#options.order.settings.forwardSignals === "never") return;
    if (!this.#send("SIGSTOP")) return;
    this.#hasStopped = true;
    // It may have been continued in between, and have continued the child before we stopped it.
    if (this.#options.read(this.#options.wrapperPid)?.state !== STOPPED) this.#continueChild();
  }

  #continueChild(): void {
    this.#hasStopped = false;
    this.#send("SIGCONT");
  }

  #send(signal: NodeJS.Signals): boolean {
    if (this.#child() === undefined) return false;
    try {
      this.#options.kill(this.#options.order.childPid, signal);
      return true;
    } catch {
      return false; // ESRCH: it has just ended. EPERM: it has become somebody else's, as under sudo.
    }
  }

  /** The child, and no later process with its number. */
  #child(): ProcessStat | undefined {
    const { childPid, childStarted } = this.#options.order;
    const child = this.#options.read(childPid);
    if (child === undefined || childStarted === undefined) return child;
    return childStarted.endsWith(`:${child.startTicks}`) ? child : undefined;
  }
}
