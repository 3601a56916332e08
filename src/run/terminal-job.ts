import { setTimeout as wait } from "node:timers/promises";
import { ScreenState } from "../tty/screen-state.ts";
import type { TerminalCalls } from "../tty/terminal-calls.ts";
import { within } from "./bounded.ts";
import { InteractiveTerminal, type SwitchedModes } from "./interactive-terminal.ts";
import type { PseudoTerminal } from "./pseudo-terminal.ts";
import type { Relay, RelayScreen } from "./relay.ts";
import type { JobControl } from "./signals.ts";
import { SuspendKey } from "./suspend-key.ts";

const STDOUT = 1;

/** What the echo of the key, and what the child printed before it was stopped, need to come through to us. */
const ECHO_MS = 20;
/** Longest wait for the terminal to take what the child printed before it was stopped. */
const LAST_WORDS_MS = 500;

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
  /** The child is to go on as soon as we are in the foreground. */
  #isWaiting = false;

  constructor(options: TerminalJobOptions) {
    this.#options = options;
    const { calls, home, childPid } = options;
    this.#key = new SuspendKey({ calls, home, childPid, suspend: () => this.#suspendAll() });
    this.#terminal = new InteractiveTerminal({
      calls,
      home,
      onKeys: (bytes) => this.#key.keys(bytes),
      onSwitched: (modes) => {
        this.#modes = modes;
        this.#tell();
        if (modes !== undefined && this.#isWaiting) this.#continue();
      },
    });
  }

  /** The child's output goes through this relay. */
  begin(relay: Relay): void {
    this.#relay = relay;
    this.#terminal.take();
  }

  /** Gives the terminal back for good. */
  end(): void {
    this.#terminal.giveBack();
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
  }

  resized(): void {
    this.#options.home.fit(STDOUT);
  }

  /** TSTP has come, from the user's key or from somebody else. */
  suspend(): void {
    this.#isSuspended = true;
    this.#send("SIGSTOP");
    void this.#stopOurselves();
  }

  /** CONT has come: by `fg`, by `bg`, or from somebody else. */
  resume(): void {
    this.#isSuspended = false;
    // A full-screen program in the background would draw over the shell; the kernel stops it there as well.
    this.#isWaiting = this.#relay?.isHolding === true;
    this.#terminal.retake();
    if (!this.#isWaiting) this.#continue();
  }

  #continue(): void {
    this.#isWaiting = false;
    this.#options.home.fit(STDOUT);
    this.#send("SIGCONT");
    this.#relay?.release();
  }

  /** The child, and the whole job: the shell waits for all of it to stop. We are one of them, and catch it. */
  #suspendAll(): void {
    this.#send("SIGSTOP");
    process.kill(0, "SIGTSTP");
  }

  async #stopOurselves(): Promise<void> {
    await wait(ECHO_MS);
    await within(LAST_WORDS_MS, this.#relay?.written() ?? Promise.resolve());
    if (!this.#isSuspended) return;
    this.#terminal.giveBack();
    process.kill(process.pid, "SIGSTOP");
  }

  /** To the child's group, and to the one in the foreground of its terminal where that is another. */
  #send(signal: "SIGSTOP" | "SIGCONT"): void {
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
