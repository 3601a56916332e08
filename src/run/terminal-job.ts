import { setTimeout as wait } from "node:timers/promises";
import { ScreenState } from "../tty/screen-state.ts";
import type { TerminalCalls } from "../tty/terminal-calls.ts";
import { within } from "./bounded.ts";
import { InteractiveTerminal, type SwitchedModes } from "./interactive-terminal.ts";
import type { PseudoTerminal } from "./pseudo-terminal.ts";
import type { Relay, RelayScreen } from "./relay.ts";
import type { JobControl } from "./signals.ts";
import { SuspendKey } from "./suspend-key.ts";

const STDIN = 0;
const STDOUT = 1;

/** What the echo of the key, and what the child printed before it was stopped, need to come through to us. */
const ECHO_MS = 20;
/** Longest wait for the terminal to take what the child printed before it was stopped. */
const LAST_WORDS_MS = 500;
/** What a full-screen program that goes on may take to have its second screen again. */
const PICTURE_MS = 500;

/** What somebody who is to put the user's terminal in order must know. */
export interface TerminalState {
  /** Absent while it is as the user had it. */
  readonly modes: SwitchedModes | undefined;
  /** What to write to it, so that the child's screen is gone. */
  readonly reset: string;
}

export interface TerminalJobOptions {
  readonly calls: TerminalCalls;
  readonly home: PseudoTerminal;
  readonly childPid: number;
  /** The terminal was switched, or what the child has done to its screen has changed. */
  readonly onChange: (state: TerminalState) => void;
}

/**
 * The child in a terminal of its own, as a job of the user's shell: stopped and continued together with us, with a
 * terminal in between that is as the user had it.
 */
export class TerminalJob implements JobControl, RelayScreen {
  readonly #options: TerminalJobOptions;
  readonly #terminal: InteractiveTerminal;
  readonly #key: SuspendKey;
  readonly #screen = new ScreenState();
  #relay: Relay | undefined;
  #modes: SwitchedModes | undefined;
  #isSuspended = false;
  /** We have sent TSTP to our group, and are one of it. */
  #isOwnStop = false;
  /** The child is to go on as soon as we are in the foreground. */
  #isWaiting = false;
  /** What was typed and came too late for the child. */
  #unread: Uint8Array[] = [];
  #hasEnded = false;
  /** The child's terminal is to be fitted to ours, at the latest when this runs out. */
  #toFit: NodeJS.Timeout | undefined;

  constructor(options: TerminalJobOptions) {
    this.#options = options;
    const { calls, home, childPid } = options;
    this.#key = new SuspendKey({ calls, home, childPid, suspend: () => this.#suspend("the job") });
    this.#terminal = new InteractiveTerminal({
      calls,
      home,
      onKeys: (bytes) => this.#keys(bytes),
      onSwitched: (modes) => {
        this.#modes = modes;
        this.#tell();
        if (modes === undefined) return;
        if (this.#isWaiting) this.#continue();
        else this.resized();
      },
    });
  }

  /** The child's output goes through this relay. */
  begin(relay: Relay): void {
    this.#relay = relay;
    this.#terminal.take();
  }

  /** The child has ended: what it has not read is for whoever comes after us. */
  childEnded(): void {
    this.#unread.push(this.#options.home.unreadKeys());
    this.#hasEnded = true;
  }

  /** Gives the terminal back for good. */
  end(): void {
    this.#terminal.giveBack(Buffer.concat(this.#unread.splice(0)));
  }

  /** What puts the screen in order where the child could not do it itself. */
  reset(): string {
    return this.#screen.reset();
  }

  /** What a line of ours ends with. */
  get lineEnd(): string {
    return this.#terminal.isRaw ? "\r\n" : "\n";
  }

  /** A full-screen program is up, in whose picture a line of ours would stand. */
  get isScreenTaken(): boolean {
    return this.#screen.isSecondScreen;
  }

  cutAt(bytes: Uint8Array): number | undefined {
    return this.#key.cutAt(bytes);
  }

  shown(bytes: Uint8Array): void {
    if (this.#screen.take(bytes)) this.#tell();
    if (this.#toFit !== undefined && this.isScreenTaken) this.resized();
  }

  resized(): void {
    clearTimeout(this.#toFit);
    this.#toFit = undefined;
    this.#options.home.fit(STDOUT);
  }

  /** TSTP has come. */
  suspend(): void {
    if (!this.#isOwnStop) this.#suspend("only us");
    this.#isOwnStop = false;
  }

  /** HUP has come. Returns whether the child has been told. */
  hangUp(): boolean {
    // Where it is the terminal that has gone, a shell tells every process of its job.
    const isTerminalGone = this.#options.calls.mode(STDIN) === undefined;
    if (isTerminalGone) this.#send("SIGHUP");
    return isTerminalGone;
  }

  /** CONT has come: by `fg`, by `bg`, or from somebody else. */
  resume(): void {
    this.#isSuspended = false;
    this.#isOwnStop = false;
    // A full-screen program in the background would draw over the shell; the kernel stops it there as well.
    const waits = this.#relay?.isHolding === true;
    this.#isWaiting = waits;
    this.#terminal.retake();
    if (!waits) this.#continue();
  }

  /**
   * A full-screen program is told of a new size only when it has its second screen again. Told before, it would draw on
   * the first one; unwrapped, nobody tells it: it was in the background when the size changed, and looks for itself.
   */
  #continue(): void {
    this.#isWaiting = false;
    if (this.#relay?.isHolding === true) this.#toFit = setTimeout(() => this.resized(), PICTURE_MS).unref();
    else this.resized();
    this.#send("SIGCONT");
    this.#relay?.release();
  }

  /** What it returns is done when the keys are handed over; `false`: they are not to be. */
  #keys(bytes: Uint8Array): (() => void) | undefined | false {
    if (!this.#hasEnded) return this.#key.keys(bytes);
    this.#unread.push(bytes);
    return false;
  }

  /** `the job`: by the key, which is meant for all of our group. */
  #suspend(whom: "the job" | "only us"): void {
    this.#isSuspended = true;
    this.#send("SIGSTOP");
    void this.#stopOurselves(whom);
  }

  async #stopOurselves(whom: "the job" | "only us"): Promise<void> {
    await wait(ECHO_MS);
    await within(LAST_WORDS_MS, this.#relay?.written() ?? Promise.resolve());
    if (!this.#isSuspended) return;
    this.#terminal.giveBack();
    // Not before: the shell does not know of us where a script stands in between, and takes the terminal at once.
    if (whom === "the job") {
      this.#isOwnStop = true;
      process.kill(0, "SIGTSTP");
    }
    process.kill(process.pid, "SIGSTOP");
  }

  /** To the child's group, and to the one in the foreground of its terminal where that is another. */
  #send(signal: "SIGSTOP" | "SIGCONT" | "SIGHUP"): void {
    const { calls, home, childPid } = this.#options;
    for (const group of new Set([childPid, calls.foregroundGroup(home.master) ?? childPid])) {
      try {
        process.kill(-group, signal);
      } catch {
        // ESRCH: it has ended. EPERM: it has become somebody else's, as under sudo.
      }
    }
  }

  #tell(): void {
    this.#options.onChange({ modes: this.#modes, reset: this.#screen.reset() });
  }
}
