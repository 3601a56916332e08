import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { isatty } from "node:tty";
import type { ForwardMode } from "../model/settings.ts";

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

/**
 * Passes our signals on to the child. Install it before the launch: what arrives earlier than the child is kept and
 * passed on as soon as there is one.
 */
export class SignalForwarding {
  readonly #options: SignalOptions;
  #childPid: number | undefined;
  #early: NodeJS.Signals[] = [];
  #onSignal: ((signal: NodeJS.Signals) => void) | undefined;
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
    if (this.#onSignal) this.#onSignal(signal);
    else if (this.#childPid === undefined) this.#early.push(signal);
    else this.#forward(signal, this.#childPid);
    // We had to catch it to pass it on, and so must do ourselves what it is for. CONT wakes us up again.
    if (signal === "SIGTSTP") process.kill(process.pid, "SIGSTOP");
  }

  #forward(signal: NodeJS.Signals, childPid: number): void {
    if (!this.#isToForward(signal, childPid)) return;
    try {
      process.kill(childPid, signal === "SIGTSTP" && !hasOwnStop(childPid) ? "SIGSTOP" : signal);
    } catch (error) {
      // ESRCH: it has just ended, and its exit is on its way to us. EPERM: it has become somebody else's (sudo), who
      // would not have got the signal from the user without us either.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ESRCH" && code !== "EPERM") throw error;
    }
  }

  #isToForward(signal: NodeJS.Signals, childPid: number): boolean {
    const { forward } = this.#options;
    if (forward !== "auto") return forward === "always";
    return !FROM_TERMINAL.includes(signal) || !terminalReaches(childPid);
  }
}

/**
 * Whether the terminal has delivered its signal to the child itself: we are in the terminal's foreground group, and the
 * child is in the same group. Then passing it on would make one Ctrl-C two, which many trainers take for "abort".
 * Reads fields 5 (pgrp) and 8 (tpgid) of /proc/<pid>/stat; elsewhere than on Linux a terminal on stdin decides.
 */
function terminalReaches(childPid: number): boolean {
  const own = readGroups("self");
  const child = readGroups(String(childPid));
  if (!own || !child) return isatty(0);
  return own.group === own.foreground && child.group === own.group;
}

/**
 * Whether a process catches or ignores TSTP. One that does not is to be stopped by STOP: the kernel discards a TSTP in
 * an orphaned process group, which a job of a scheduler, a container or CI mostly is. Reads the masks of
 * /proc/<pid>/status. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
function hasOwnStop(pid: number): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const masks = status.matchAll(/^Sig(?:Ign|Cgt):\s*([0-9a-f]+)$/gm);
    const bit = 1n << BigInt(constants.signals.SIGTSTP - 1);
    return Array.from(masks).some(([, mask]) => (BigInt(`0x${mask}`) & bit) !== 0n);
  } catch {
    return true; // not Linux, or the process is gone: the signal as it came
  }
}

function readGroups(pid: string): { group: number; foreground: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { group: Number(fields[2]), foreground: Number(fields[5]) };
  } catch {
    return undefined; // not Linux, or the process is gone
  }
}
