import { ReadStream } from "node:tty";
import type { TerminalCalls, TerminalMode } from "../tty/terminal-calls.ts";
import { endKeyOf, isSameMode } from "../tty/terminal-mode.ts";
import type { PseudoTerminal } from "./pseudo-terminal.ts";
import { readWaitingKeys } from "./waiting-keys.ts";

/** Our descriptor of the user's terminal. */
const STDIN = 0;

/** How often a job in the background looks whether it is in the foreground by now: no signal tells. */
const LOOK_MS = 100;

/** Longest wait for the child to have its terminal, and how often to look. */
const READY_MS = 1000;
const READY_LOOK_MS = 2;

/** The terminal of our session, which stdin is too: to be opened for reading without waiting. */
const OWN_TERMINAL = "/dev/tty";

/** The two modes of the user's terminal: as the user had it, and as it is while its keys are the child's. */
export interface SwitchedModes {
  readonly saved: TerminalMode;
  readonly raw: TerminalMode;
}

export interface InteractiveTerminalOptions {
  readonly calls: TerminalCalls;
  readonly home: PseudoTerminal;
  /** Keys are about to be handed over. What it returns is called when they are; `false`: they are not to be. */
  readonly onKeys: (bytes: Uint8Array) => (() => void) | undefined | false;
  /** The user's terminal was switched; absent: back to what it was. */
  readonly onSwitched: (modes: SwitchedModes | undefined) => void;
}

/**
 * The user's terminal while the child lives in one of its own: what is typed is handed over key by key, and what a key
 * means is decided there. Only as long as we are in the foreground: in the background the terminal is somebody else's.
 */
export class InteractiveTerminal {
  readonly #options: InteractiveTerminalOptions;
  #modes: SwitchedModes | undefined;
  /** The last ones that there were. */
  #lastModes: SwitchedModes | undefined;
  #keyboard: ReadStream | undefined;
  #look: NodeJS.Timeout | undefined;

  constructor(options: InteractiveTerminalOptions) {
    this.#options = options;
    options.calls.ignoreBackgroundReads();
    options.home.source().on("drain", () => this.#keyboard?.resume());
  }

  /** Whether bytes come and go as they are: then a line of ours must end with a carriage return too. */
  get isRaw(): boolean {
    return this.#modes !== undefined;
  }

  /** Whether the user's terminal is ours to use. */
  isForeground(): boolean {
    const { calls } = this.#options;
    return calls.foregroundGroup(STDIN) === calls.ownGroup();
  }

  /** Takes the terminal, as soon as we are in the foreground. */
  take(): void {
    clearTimeout(this.#look);
    if (this.isRaw) return;
    if (this.isForeground()) this.#switch();
    else this.#look = setTimeout(() => this.take(), LOOK_MS).unref();
  }

  /** Takes it again, after others had it and it is in a mode of theirs. */
  retake(): void {
    this.#keyboard?.destroy();
    this.#modes = undefined;
    this.take();
  }

  /**
   * Gives it back as it was.
   * @param unread keys that were taken and are nobody's: whoever is next reads them, where the system permits it
   */
  giveBack(unread: Uint8Array = new Uint8Array()): void {
    clearTimeout(this.#look);
    this.#keyboard?.destroy();
    this.#keyboard = undefined;
    const modes = this.#modes;
    this.#modes = undefined;
    if (modes === undefined) return;
    const { calls, onSwitched } = this.#options;
    // Whoever is in the foreground instead of us has it in a mode of its own.
    if (this.isForeground()) {
      // In the mode that does not show them: that was done when they were typed.
      unread.every((key) => calls.typeBack(STDIN, key));
      calls.setMode(STDIN, modes.saved);
    }
    onSwitched(undefined);
  }

  #switch(): void {
    const { calls, home, onSwitched } = this.#options;
    const mode = calls.mode(STDIN);
    if (mode === undefined) return; // it has been hung up
    const modes = this.#modesOver(mode);
    this.#modes = modes;
    this.#lastModes = modes;
    onSwitched(modes);
    const makeRaw = () => void calls.setMode(STDIN, modes.raw);
    const typed = readWaitingKeys(OWN_TERMINAL, { endKey: endKeyOf(mode), makeRaw });
    home.wear(modes.saved);
    // What was typed before we were there was shown then.
    if (typed.length > 0) home.typeUnechoed(typed);
    this.#listenWhenReady(performance.now() + READY_MS);
  }

  /** A shell that was not told of us may have kept our own mode for that of its job. */
  #modesOver(mode: TerminalMode): SwitchedModes {
    const last = this.#lastModes;
    return last && isSameMode(mode, last.raw) ? last : { saved: mode, raw: this.#options.calls.rawOf(mode) };
  }

  /** Before the child has made its terminal its own, a Ctrl-C that is handed over would reach nobody. */
  #listenWhenReady(deadline: number): void {
    const { calls, home } = this.#options;
    if (calls.foregroundGroup(home.master) === undefined && performance.now() < deadline) {
      this.#look = setTimeout(() => this.#listenWhenReady(deadline), READY_LOOK_MS);
    } else {
      this.#listen();
    }
  }

  #listen(): void {
    const { home, onKeys } = this.#options;
    const keyboard = new ReadStream(STDIN);
    this.#keyboard = keyboard;
    keyboard.on("data", (bytes: Buffer) => {
      const handedOver = onKeys(bytes);
      if (handedOver === false) return;
      if (!home.type(bytes)) keyboard.pause();
      handedOver?.();
    });
    // It has been hung up, or we were moved to the background: a signal tells the first, CONT or `take` the end of the second.
    keyboard.on("error", () => keyboard.destroy());
  }
}
