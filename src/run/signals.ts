import { isatty } from "node:tty";
import type { ForwardMode } from "../model/settings.ts";
import type { Launched } from "./launch.ts";
import { handlingOf, placeOf } from "./process-groups.ts";

/** The signals that people and schedulers send to a running job. KILL and STOP cannot be caught by anybody. */
const FORWARDED: readonly NodeJS.Signals[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGTSTP",
  "SIGCONT",
  "SIGWINCH",
];

/** The signals by which somebody says that it is enough. */
const ENDING: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** What a terminal sends to its whole foreground group by itself. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGTSTP", "SIGWINCH"];

export interface SignalOptions {
  /** `auto`: what the terminal has delivered to the child itself is not passed on a second time. */
  readonly forward: ForwardMode;
  /** A hang-up is nothing to us, nor to the child. */
  readonly ignoreHangUp: boolean;
}

/** The pseudo-terminals between the child and the user's. */
export interface TerminalControl {
  /** The user's terminal has another size. */
  resized(): void;
  /** Present where the child lives in one of its own: no signal of the user's terminal reaches it there by itself. */
  readonly job?: JobControl;
}

export interface JobControl {
  /** Stops the child and then us. */
  suspend(): void;
  /** We go on, and the child is to. */
  resume(): void;
  /** Passes a hang-up on where the whole job is to be told. Returns whether it is. */
  hangUp(): boolean;
}

/**
 * Passes our signals on to the child. Install it before the launch: what arrives earlier than the child is kept and
 * passed on as soon as there is one.
 */
export class SignalForwarding {
  readonly #options: SignalOptions;
  #childPid: number | undefined;
  #early: NodeJS.Signals[] = [];
  #terminals: TerminalControl | undefined;
  #onSignal: ((signal: NodeJS.Signals) => void) | undefined;
  #received: NodeJS.Signals | undefined;
  readonly #listeners = new Map<NodeJS.Signals, () => void>();

  constructor(options: SignalOptions) {
    this.#options = options;
    for (const signal of FORWARDED) {
      const listener = () => this.#receive(signal);
      this.#listeners.set(signal, listener);
      process.on(signal, listener);
    }
  }

  to(childPid: number): void {
    this.#childPid = childPid;
    for (const signal of this.#early) this.#forward(signal, childPid);
    this.#early = [];
  }

  /** The last signal that has come while there was a child, of those that mean an end. */
  get received(): { readonly received?: NodeJS.Signals } {
    return this.#received === undefined ? {} : { received: this.#received };
  }

  /** Has terminals taken into account from now on. */
  control(terminals: TerminalControl | undefined): void {
    this.#terminals = terminals;
  }

  /** From now on there is no child to forward to; `onSignal` is told of those that mean an end. */
  divert(onSignal: (signal: NodeJS.Signals) => void): void {
    this.#onSignal = (signal) => {
      if (ENDING.includes(signal)) onSignal(signal);
    };
  }

  remove(): void {
    for (const [signal, listener] of this.#listeners) process.removeListener(signal, listener);
  }

  #receive(signal: NodeJS.Signals): void {
    if (signal === "SIGHUP" && this.#options.ignoreHangUp) return;
    if (!this.#onSignal && ENDING.includes(signal)) this.#received = signal;
    if (this.#onSignal) this.#onSignal(signal);
    else if (this.#childPid === undefined) this.#early.push(signal);
    else if (this.#handled(signal)) return;
    else this.#forward(signal, this.#childPid);
    // We had to catch it to pass it on, and so must do ourselves what it is for. CONT wakes us up again.
    if (signal === "SIGTSTP") process.kill(process.pid, "SIGSTOP");
  }

  /** What a terminal of the child's own needs for a signal. Returns whether that is all. */
  #handled(signal: NodeJS.Signals): boolean {
    if (signal === "SIGWINCH") this.#terminals?.resized();
    const job = this.#terminals?.job;
    if (job === undefined) return false;
    if (signal === "SIGTSTP") job.suspend();
    if (signal === "SIGCONT") job.resume();
    if (signal === "SIGHUP") return job.hangUp();
    // The system tells the programs in a terminal that its size is a new one.
    return ["SIGWINCH", "SIGTSTP", "SIGCONT"].includes(signal);
  }

  #forward(signal: NodeJS.Signals, childPid: number): void {
    if (!this.#isToForward(signal, childPid)) return;
    send(childPid, signal === "SIGTSTP" && !hasOwnStop(childPid) ? "SIGSTOP" : signal);
  }

  #isToForward(signal: NodeJS.Signals, childPid: number): boolean {
    const { forward } = this.#options;
    if (forward !== "auto") return forward === "always";
    // The terminal has told it before the size was handed on: only now there is something to see.
    if (signal === "SIGWINCH" && this.#terminals) return true;
    return !FROM_TERMINAL.includes(signal) || !terminalReaches(childPid);
  }
}

/**
 * Sends the child a signal that a rule asks for, unless it has ended: its number may then be another's.
 * Returns whether it was sent.
 */
export function signalChild(
  { process: child, pid }: Pick<Launched, "process" | "pid">,
  signal: NodeJS.Signals,
): boolean {
  return child.exitCode === null && child.signalCode === null && send(pid, signal);
}

function send(childPid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(childPid, signal);
  } catch (error) {
    // ESRCH: it has just ended, and its exit is on its way to us. EPERM: it has become somebody else's (sudo), who
    // would not have got the signal from the user without us either.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
    return false;
  }
}

/**
 * Whether the terminal has delivered its signal to the child itself: we are in the terminal's foreground group, and the
 * child is in the same group. Then passing it on would make one Ctrl-C two, which many trainers take for "abort".
 * Elsewhere than on Linux a terminal on stdin decides.
 */
function terminalReaches(childPid: number): boolean {
  const own = placeOf("self");
  const child = placeOf(childPid);
  if (!own || !child) return isatty(0);
  return own.group === own.foreground && child.group === own.group;
}

/**
 * Whether a process catches or ignores TSTP. One that does not is to be stopped by STOP: the kernel discards a TSTP in
 * an orphaned process group, which a job of a scheduler, a container or CI mostly is.
 */
function hasOwnStop(pid: number): boolean {
  try {
    return handlingOf(pid, "SIGTSTP") !== undefined;
  } catch {
    return true; // not Linux, or the process is gone: the signal as it came
  }
}
