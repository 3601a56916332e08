import { closeSync } from "node:fs";
import { ReadStream } from "node:tty";
import type { PseudoTerminalEnds, TerminalCalls, TerminalSize } from "../tty/terminal-calls.ts";

/** What a terminal is where no other says: 24 rows of 80 columns. */
const USUAL_SIZE: TerminalSize = new Uint8Array(Uint16Array.of(24, 80, 0, 0).buffer);

/** A terminal that the child prints to, and that it is typed into where the child lives in it. */
export class PseudoTerminal {
  readonly #calls: TerminalCalls;
  readonly #ends: PseudoTerminalEnds;
  #stream: ReadStream | undefined;
  #isSlaveOpen = true;

  /**
   * One that looks like another: the user's, where `like` is a terminal.
   * @throws where the system gives none.
   */
  static open(calls: TerminalCalls, like: number, isInteractive: boolean): PseudoTerminal {
    const terminal = new PseudoTerminal(calls, calls.openPseudoTerminal());
    terminal.#dress(like, isInteractive);
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

  #dress(like: number, isInteractive: boolean): void {
    const { master, slave } = this.#ends;
    this.#calls.setSize(master, this.#calls.size(like) ?? USUAL_SIZE);
    const mode = isInteractive ? this.#calls.mode(like) : this.#rawMode(slave);
    if (mode) this.#calls.setMode(slave, mode);
  }

  /** The user's terminal makes a carriage return of each line feed already; one is enough. */
  #rawMode(slave: number) {
    const mode = this.#calls.mode(slave);
    return mode && this.#calls.rawOf(mode);
  }
}
