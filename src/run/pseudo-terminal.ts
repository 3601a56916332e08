import { closeSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import type { PseudoTerminalEnds, TerminalCalls, TerminalMode, TerminalSize } from "../tty/terminal-calls.ts";
import { isSameMode, unechoed } from "../tty/terminal-mode.ts";
import { readWaitingKeys } from "./waiting-keys.ts";

/** What a terminal is where no other says: 24 rows of 80 columns. */
const USUAL_SIZE: TerminalSize = new Uint8Array(Uint16Array.of(24, 80, 0, 0).buffer);

/** A terminal that the child prints to, and that it is typed into where the child lives in it. */
export class PseudoTerminal {
  readonly #calls: TerminalCalls;
  readonly #ends: PseudoTerminalEnds;
  #stream: ReadStream | undefined;
  #isSlaveOpen = true;
  /** The mode that we gave it. */
  #dressed: TerminalMode | undefined;

  /**
   * One of the size of another: the user's, where `like` is a terminal. It is in the usual mode where the child is to
   * live in it, and otherwise passes on what is printed as it is.
   * @throws where the system gives none.
   */
  static open(calls: TerminalCalls, like: number, isHome: boolean): PseudoTerminal {
    const terminal = new PseudoTerminal(calls, calls.openPseudoTerminal());
    calls.setSize(terminal.master, calls.size(like) ?? USUAL_SIZE);
    terminal.#dressed = calls.mode(terminal.slave);
    // The user's terminal makes a carriage return of each line feed already; one is enough.
    if (!isHome && terminal.#dressed) terminal.wear(calls.rawOf(terminal.#dressed));
    return terminal;
  }

  private constructor(calls: TerminalCalls, ends: PseudoTerminalEnds) {
    this.#calls = calls;
    this.#ends = ends;
  }

  /** Descriptor of our end. */
  get master(): number {
    return this.#ends.master;
  }

  /** Descriptor of the child's end. */
  get slave(): number {
    return this.#ends.slave;
  }

  /** Where the child's end can be opened. */
  get path(): string {
    return this.#ends.path;
  }

  /** What is printed, to read; the same at each call. */
  source(): ReadStream {
    // A ReadStream of Node's is good for both directions of a terminal.
    this.#stream ??= new ReadStream(this.#ends.master);
    return this.#stream;
  }

  /** Types. Returns whether more is welcome at once; if not, `drain` of the source tells when. */
  type(bytes: Uint8Array): boolean {
    const stream = this.source();
    return stream.destroyed || stream.write(bytes);
  }

  /** Types what was shown already when it was typed: it is not shown again. */
  typeUnechoed(bytes: Uint8Array): void {
    const mode = this.#isSlaveOpen ? this.#calls.mode(this.slave) : undefined;
    const silent = mode && unechoed(mode);
    if (!mode || !silent) {
      this.type(bytes);
      return;
    }
    // All of this takes microseconds: the child must not find the mode that is not its own.
    this.#calls.setMode(this.slave, silent);
    const typed = this.#typeAtOnce(bytes);
    this.#calls.settleKeys(this.slave);
    this.#calls.setMode(this.slave, mode);
    if (typed < bytes.length) this.type(bytes.subarray(typed));
  }

  /** Takes on a mode, unless a program in it has set another meanwhile. */
  wear(mode: TerminalMode): void {
    if (!this.#isSlaveOpen || !this.#dressed) return;
    const worn = this.#calls.mode(this.slave);
    if (worn && isSameMode(worn, this.#dressed) && this.#calls.setMode(this.slave, mode)) {
      this.#dressed = this.#calls.mode(this.slave);
    }
  }

  /** What was typed and read by nobody; it is read with this. Nothing any more once the child's end is closed. */
  unreadKeys(): Buffer {
    const mode = this.#isSlaveOpen ? this.#calls.mode(this.slave) : undefined;
    if (!mode) return Buffer.alloc(0);
    return readWaitingKeys(this.path, {
      makeRaw: () => void this.#calls.setMode(this.slave, this.#calls.rawOf(mode)),
    });
  }

  /** Takes on the size of another terminal; the programs in it are told. */
  fit(like: number): void {
    const size = this.#calls.size(like);
    // The output may have ended, and the number be another file's by now.
    if (size && this.#stream?.destroyed !== true) this.#calls.setSize(this.#ends.master, size);
  }

  /**
   * Lets go of the child's end: the output ends when the child and its heirs have closed theirs. Held until the child
   * has ended, because the last bytes of a terminal that nobody has open may be lost on some systems.
   */
  closeSlave(): void {
    if (!this.#isSlaveOpen) return;
    this.#isSlaveOpen = false;
    closeSync(this.#ends.slave);
  }

  /** Lets go of everything, when there was no launch. */
  close(): void {
    this.closeSlave();
    closeSync(this.#ends.master);
  }

  /** Returns how many of the bytes were taken. */
  #typeAtOnce(bytes: Uint8Array): number {
    try {
      return writeSync(this.master, bytes);
    } catch {
      return 0; // EAGAIN: much was typed that nobody has read
    }
  }
}
