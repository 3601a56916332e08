import { endOfSecondScreen } from "../tty/screen-state.ts";
import type { TerminalCalls } from "../tty/terminal-calls.ts";
import { suspendKeyOf } from "../tty/terminal-mode.ts";
import { type Handling, handlingOf, isOwnGroupOrphaned, membersOf, placeOf } from "./process-groups.ts";
import type { PseudoTerminal } from "./pseudo-terminal.ts";

const CTRL_Z = 0x1a;

/** What a program may take to put the screen in order after the key, before it is stopped all the same. */
const CAUGHT_MS = 250;
/** How long after the key a program that reads every key by itself may leave its screen because of it. */
const RAW_MS = 1000;
const LOOK_MS = 20;

export interface SuspendKeyOptions {
  readonly calls: TerminalCalls;
  readonly home: PseudoTerminal;
  readonly childPid: number;
  /** Stops the child and us. */
  readonly suspend: () => void;
}

/**
 * What Ctrl-Z does in the child's terminal. The kernel would stop the child by TSTP, had its process group not been
 * orphaned: its parent, we, is in another session, and such a group the kernel lets nobody stop but by STOP. So we stop
 * it, and ourselves with it.
 *
 * A program that catches TSTP to put the screen in order, as editors and pagers do, first does that, then sends itself
 * another, finds that nothing happens, and draws its picture again. It is stopped where it has left its second screen, and
 * the picture is kept back until it goes on. A program that reads every key by itself (vim) shows in the same way that the
 * key was meant like that.
 */
export class SuspendKey {
  readonly #options: SuspendKeyOptions;
  #watch: { readonly until: number; readonly isSignal: boolean; readonly timer: NodeJS.Timeout } | undefined;

  constructor(options: SuspendKeyOptions) {
    this.#options = options;
  }

  /** Keys are about to be handed over. Returns what is to be done when they are. */
  keys(bytes: Uint8Array): (() => void) | undefined {
    const { calls, home, childPid, suspend } = this.#options;
    if (!bytes.some((byte) => byte < 0x20)) return undefined;
    const mode = calls.mode(home.master);
    const key = mode && suspendKeyOf(mode);
    if (!bytes.includes(key ?? CTRL_Z)) return undefined;
    // Another group in the foreground: a shell with job control is in there, and knows what to do.
    if (calls.foregroundGroup(home.master) !== childPid || isOwnGroupOrphaned()) return undefined;
    const handlings = handlingsOf(childPid);
    if (key === undefined || handlings.includes("catches")) return () => this.#await(key !== undefined);
    const isIgnored = handlings.length > 0 && handlings.every((handling) => handling === "ignores");
    return isIgnored ? undefined : suspend;
  }

  /** Where a piece of output is to be cut because the program is stopped behind it. */
  cutAt(bytes: Uint8Array): number | undefined {
    if (this.#watch === undefined) return undefined;
    const end = endOfSecondScreen(bytes);
    if (end !== undefined) this.#stop();
    return end;
  }

  #await(isSignal: boolean): void {
    this.#forget();
    const until = performance.now() + (isSignal ? CAUGHT_MS : RAW_MS);
    this.#watch = { until, isSignal, timer: setInterval(() => this.#look(), LOOK_MS).unref() };
  }

  #look(): void {
    if (this.#watch === undefined) return;
    const isLate = performance.now() >= this.#watch.until;
    // Some stop themselves by STOP.
    const isStopped = placeOf(this.#options.childPid)?.state === "T";
    if (isStopped || (isLate && this.#watch.isSignal)) this.#stop();
    else if (isLate) this.#forget();
  }

  #stop(): void {
    this.#forget();
    this.#options.suspend();
  }

  #forget(): void {
    clearInterval(this.#watch?.timer);
    this.#watch = undefined;
  }
}

function handlingsOf(group: number): (Handling | undefined)[] {
  return membersOf(group).map((pid) => {
    try {
      return handlingOf(pid, "SIGTSTP");
    } catch {
      return undefined; // it has just ended
    }
  });
}
