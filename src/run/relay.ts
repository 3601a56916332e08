import { Socket } from "node:net";
import type { StreamName } from "../model/run.ts";
import type { OwnStream } from "./own-stream.ts";

/** Bytes that may wait for the reader of our own stream before we stop reading the child: it then waits as it would unwrapped. */
const MOST_WAITING_BYTES = 256 * 1024;

/** How long the output may still be open in a grandchild after the child has ended, once it has gone quiet. */
const QUIET_AFTER_EXIT_MS = 100;
/** The same for a grandchild that keeps on writing. */
const BUSY_AFTER_EXIT_MS = 1500;
/** Largest pipe that the kernel gives without privileges: once this much was read, nothing of the child's is left in it. */
const LARGEST_PIPE_BYTES = 1024 * 1024;

/** How long a line of ours waits for the child to end its own. */
const LONGEST_NOTICE_DELAY_MS = 1000;
const NEWLINE = 0x0a;
/** How often in turn the output must look as if no more came before it is taken to have ended. */
const CALM_LOOKS = 3;

/** Where the relay reads from: our end of a pipe, or the socket that Node made where there are no pipes. */
export type RelaySource = number | Socket;

/** What there is to know of a terminal that the bytes are shown on. */
export interface RelayScreen {
  /** What a line of ours ends with. */
  readonly lineEnd: string;
  /** A full-screen program is up: our lines wait. */
  readonly isScreenTaken: boolean;
  /** Where a piece is to be cut; what stands behind is kept back, and no more is read, until `release`. */
  cutAt(bytes: Uint8Array): number | undefined;
  /** A piece is on its way to the user. */
  shown(bytes: Uint8Array): void;
}

export interface RelayOptions {
  readonly stream: StreamName;
  readonly source: RelaySource;
  /** What is still to be read when the source says that it has ended. */
  readonly rest?: () => Buffer;
  readonly target: OwnStream;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Every piece with the time at which it was read, in milliseconds since the epoch. */
  readonly onPiece: (stream: StreamName, timestamp: number, bytes: Uint8Array) => void;
  /** The source has been closed, for whatever reason. */
  readonly onEnded: (stream: StreamName) => void;
  /** The reader of our stream is gone; no more is read, and the child is to be told. */
  readonly onBroken: (stream: StreamName, error: NodeJS.ErrnoException) => void;
  /** The reader is a terminal, with the child in one of its own. */
  readonly screen?: RelayScreen;
  /** Go on reading when the reader of our stream is gone, so that the child does not notice. */
  readonly outlivesReader?: boolean;
}

/**
 * Passes the child's bytes on as they come, one write under way at a time. A reader that is slow makes us read slower,
 * so that the child waits for it as it would without us.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #target: OwnStream;
  readonly #socket: Socket;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing = false;
  #held: Uint8Array | undefined;
  #sourceEnded = false;
  #isDrained = false;
  #broken = false;
  #lastByte: number = NEWLINE;
  readonly #notices: string[] = [];
  #noticeTimer: NodeJS.Timeout | undefined;
  #lastRead = 0;
  #readBytes = 0;
  #flowingSince = performance.now();
  readonly #drained: Promise<void>;
  #resolveDrained: () => void = () => {};
  #onIdle: (() => void)[] = [];

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#target = options.target;
    this.#drained = new Promise((resolve) => {
      this.#resolveDrained = resolve;
    });
    this.#socket =
      typeof options.source === "number"
        ? new Socket({ fd: options.source, readable: true, writable: false })
        : options.source;
    this.#socket.on("data", (bytes: Buffer) => this.#take(bytes));
    this.#socket.on("end", () => this.#takeRest());
    this.#socket.on("close", () => this.#endSource());
    this.#socket.on("error", () => this.#endSource());
  }

  /**
   * Resolves when everything is passed on: at the end of the stream, or, after the child's exit, when a grandchild
   * that still holds the stream has had its time. What is already in the pipe always comes through.
   */
  async drainAfterExit(): Promise<void> {
    this.release();
    const exited = performance.now();
    const readAtExit = this.#readBytes;
    let calm = 0;
    const timer = setInterval(() => {
      const now = performance.now();
      const overdue = now - exited >= BUSY_AFTER_EXIT_MS;
      const allRead = this.#readBytes - readAtExit >= LARGEST_PIPE_BYTES;
      const flowing = this.#waitingBytes === 0 && now - this.#flowingSince >= QUIET_AFTER_EXIT_MS;
      const quiet = now - Math.max(this.#lastRead, exited) >= QUIET_AFTER_EXIT_MS;
      // More than once in turn: a process that was not scheduled for a while may have bytes to read that it has not
      // looked for yet, and looks between two of these.
      calm = (flowing && (quiet || overdue)) || (overdue && allRead) ? calm + 1 : 0;
      if (calm >= CALM_LOOKS) this.#endSource();
    }, 25);
    await this.#drained;
    this.#isDrained = true;
    clearInterval(timer);
    this.#writeNotices();
  }

  /** Gives up what the reader does not take of the child's output. Returns whether that was anything. */
  cut(): boolean {
    if (this.#isDrained || !this.#writing) return false;
    this.#giveUp();
    return true;
  }

  /**
   * Writes a line of our own between the child's bytes, as soon as they are at the start of a line, or after a moment:
   * a character of the child's must not be cut in two.
   */
  insert(text: string): void {
    if (this.#broken) return;
    this.#notices.push(text);
    if (this.#isAtLineStart() || this.#sourceEnded) this.#writeNotices();
    else this.#noticeTimer ??= setTimeout(() => this.#writeNotices(), LONGEST_NOTICE_DELAY_MS);
  }

  /** Resolves when nothing is waiting to be written. */
  async flush(): Promise<void> {
    this.#writeNotices();
    await this.written();
  }

  /** Resolves when what was passed on so far is with the reader. */
  async written(): Promise<void> {
    if (!this.#writing) return;
    await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Whether a part of the output is kept back. */
  get isHolding(): boolean {
    return this.#held !== undefined;
  }

  /** Goes on behind a cut. */
  release(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#show(held);
    this.#resume();
  }

  #take(bytes: Buffer): void {
    this.#lastRead = performance.now();
    this.#readBytes += bytes.length;
    this.#options.onPiece(this.#options.stream, this.#options.now(), bytes);
    if (this.#broken) return;
    const cut = this.#options.screen?.cutAt(bytes);
    if (cut !== undefined) {
      this.#held = bytes.subarray(cut);
      this.#socket.pause();
    }
    this.#show(cut === undefined ? bytes : bytes.subarray(0, cut));
  }

  #takeRest(): void {
    const rest = this.#sourceEnded ? undefined : this.#options.rest?.();
    if (rest !== undefined && rest.length > 0) this.#take(rest);
    this.#endSource();
  }

  #show(bytes: Uint8Array): void {
    this.#options.screen?.shown(bytes);
    this.#push(bytes);
    if (this.#notices.length > 0 && this.#isAtLineStart()) this.#writeNotices();
    if (this.#waitingBytes > MOST_WAITING_BYTES) this.#socket.pause();
  }

  #isAtLineStart(): boolean {
    return this.#lastByte === NEWLINE;
  }

  #writeNotices(): void {
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = undefined;
    const { screen } = this.#options;
    if (screen?.isScreenTaken === true && !this.#isDrained) {
      this.#noticeTimer = setTimeout(() => this.#writeNotices(), LONGEST_NOTICE_DELAY_MS);
      return;
    }
    const notices = this.#notices.splice(0);
    if (notices.length === 0 || this.#broken) return;
    const lineEnd = screen?.lineEnd ?? "\n";
    const lines = notices.flatMap((notice) => notice.split("\n")).map((line) => line + lineEnd);
    this.#push(Buffer.from(`${this.#isAtLineStart() ? "" : lineEnd}${lines.join("")}`));
  }

  #push(bytes: Uint8Array): void {
    this.#lastByte = bytes.at(-1) ?? this.#lastByte;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#writing) this.#writeNext();
  }

  #writeNext(): void {
    const first = this.#waiting[0];
    if (first === undefined) {
      this.#idle();
      return;
    }
    this.#writing = true;
    const batch = this.#waiting.length === 1 ? first : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#write(batch);
  }

  #write(batch: Uint8Array): void {
    this.#target.write(batch, (error) => {
      if (error) {
        this.#break(error);
        return;
      }
      this.#waitingBytes -= batch.length;
      if (this.#waitingBytes <= MOST_WAITING_BYTES / 2) this.#resume();
      this.#writeNext();
    });
  }

  #resume(): void {
    if (!this.#socket.isPaused() || this.#held) return;
    this.#flowingSince = performance.now();
    this.#socket.resume();
  }

  #break(error: NodeJS.ErrnoException): void {
    if (this.#options.outlivesReader === true) {
      this.#discard();
      this.#resume();
      return;
    }
    this.#giveUp();
    this.#options.onBroken(this.#options.stream, error);
  }

  #giveUp(): void {
    this.#discard();
    this.#endSource();
  }

  #discard(): void {
    this.#broken = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#held = undefined;
    this.#idle();
  }

  #idle(): void {
    this.#writing = false;
    if (this.#sourceEnded) this.#resolveDrained();
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #endSource(): void {
    if (this.#sourceEnded) return;
    this.#sourceEnded = true;
    this.#socket.destroy();
    this.#options.onEnded(this.#options.stream);
    if (!this.#writing) this.#resolveDrained();
  }
}
