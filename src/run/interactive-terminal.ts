import { ReadStream } from "node:tty";
import type { TerminalCalls, TerminalMode } from "../tty/terminal-calls.ts";
import type { PseudoTerminal } from "./pseudo-terminal.ts";

/** Our descriptors of the user's terminal. */
const STDIN = 0;
const STDOUT = 1;

/** How often a job in the background looks whether it is in the foreground by now: no signal tells. */
const LOOK_MS = 300;

/** The two modes of the user's terminal: as the user had it, and as it is while its keys are the child's. */
export interface SwitchedModes {
  readonly saved: TerminalMode;
  readonly raw: TerminalMode;
}

export interface InteractiveTerminalOptions {
  readonly calls: TerminalCalls;
  readonly home: PseudoTerminal;
  /** Keys are about to be handed over. What it returns is called when they are. */
  readonly onKeys: (bytes: Uint8Array) => (() => void) | undefined;
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

  /** Gives it back as it was. */
  giveBack(): void {
    clearTimeout(this.#look);
    this.#keyboard?.destroy();
    this.#keyboard = undefined;
    const modes = this.#modes;
    this.#modes = undefined;
    if (modes === undefined) return;
    // Whoever is in the foreground instead of us has it in a mode of its own.
    if (this.isForeground()) this.#options.calls.setMode(STDIN, modes.saved);
    this.#options.onSwitched(undefined);
  }

  #switch(): void {
    const { calls, home, onSwitched } = this.#options;
    const saved = calls.mode(STDIN);
    if (saved === undefined) return; // it has been hung up
    this.#modes = { saved, raw: calls.rawOf(saved) };
    onSwitched(this.#modes);
    calls.setMode(STDIN, this.#modes.raw);
    home.fit(STDOUT);
    this.#listen();
  }

  #listen(): void {
    const { home, onKeys } = this.#options;
    const keyboard = new ReadStream(STDIN);
    this.#keyboard = keyboard;
    keyboard.on("data", (bytes: Buffer) => {
      const handedOver = onKeys(bytes);
      if (!home.type(bytes)) keyboard.pause();
      handedOver?.();
    });
    // It has been hung up, or we were moved to the background: a signal tells the first, CONT or `take` the end of the second.
    keyboard.on("error", () => keyboard.destroy());
  }
}
