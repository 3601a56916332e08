import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, readdirSync, readFileSync } from "node:fs";
import { ReadStream } from "node:tty";
import { onTestFinished } from "vitest";
import { loadTerminalCalls, type TerminalCalls, type TerminalMode } from "../../src/tty/terminal-calls.ts";
import { Emulator, type Look } from "./emulator.ts";
import { cleanEnvironment, EXECUTABLE } from "./tracelet.ts";

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Descriptors instead of the terminal. */
  readonly stdin?: number;
  readonly stdout?: number;
  readonly stderr?: number;
}

/** How a program in a terminal ended. */
export interface TerminalEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Bytes that are kept as they came. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;
const LOOK_MS = 15;
const PATIENCE_S = 25;

/** By this variable a program is known that was started in a terminal of a test, whatever became of it. */
const MARK = "TEST_TERMINAL";

/** The words before a command that wraps it, and say nothing of their own. */
export const WRAPPED = [process.execPath, EXECUTABLE, "run", "--quiet", "--"] as const;

/**
 * A real terminal: a pseudo-terminal with an emulator at its other end, which answers what programs ask it. `command`
 * leads its session, and the terminal is its own, as with the shell in a window. All of it ends with the test.
 */
export async function openTerminal(command: readonly string[], options: TerminalOptions = {}): Promise<TestTerminal> {
  const terminal = new TestTerminal(await loadTerminalCalls(), command, options);
  onTestFinished(() => terminal.close());
  return terminal;
}

export class TestTerminal {
  readonly #calls: TerminalCalls;
  readonly #stream: ReadStream;
  readonly #slave: number;
  readonly #emulator: Emulator;
  readonly #process: ChildProcess;
  readonly #mark = crypto.randomUUID();
  readonly #kept: Buffer[] = [];
  #keptBytes = 0;
  #unshown = 0;
  #isClosed = false;
  #lastMode: TerminalMode | undefined;
  /** The mode before anything was started. */
  readonly firstMode: TerminalMode;
  /** How the command ended, as soon as it has. */
  end: TerminalEnd | undefined;
  readonly ended: Promise<TerminalEnd>;

  constructor(calls: TerminalCalls, command: readonly string[], options: TerminalOptions) {
    const { columns = 80, rows = 24, cwd, env, stdin, stdout, stderr } = options;
    const { master, slave, path } = calls.openPseudoTerminal();
    this.#calls = calls;
    this.#slave = slave;
    this.#emulator = new Emulator(columns, rows, (text) => this.type(text));
    calls.setSize(master, sizeOf(columns, rows));
    this.firstMode = this.mode();
    this.#stream = new ReadStream(master);
    this.#stream.on("data", (bytes: Buffer) => this.#show(bytes));
    // EIO: nobody has the other end open any more.
    this.#stream.on("error", () => this.#stream.destroy());
    // For a session leader without a terminal, opening one makes it its own.
    this.#process = spawn("sh", ["-c", `: < "$0"; exec "$@"`, path, ...command], {
      cwd,
      env: {
        ...cleanEnvironment(),
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
        LC_ALL: "C.UTF-8",
        [MARK]: this.#mark,
        ...env,
      },
      detached: true,
      stdio: [stdin ?? slave, stdout ?? slave, stderr ?? slave],
    });
    this.ended = new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("exit", (code, signal) => {
        this.end = { code, signal };
        resolve(this.end);
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Types, or pastes. */
  type(text: string | Buffer): void {
    if (!this.#stream.destroyed) this.#stream.write(text);
  }

  /** The rows of the screen, without the blanks at their ends. */
  screen(): string[] {
    return this.#emulator.rows();
  }

  /** The screen as one text. */
  text(): string {
    return this.screen().join("\n").trimEnd();
  }

  /** All that was shown, as one text, also what has left the screen at its top. */
  history(): string {
    return this.#emulator.history().join("\n").trimEnd();
  }

  look(): Look {
    return this.#emulator.look();
  }

  /** What was printed so far. */
  bytes(): Buffer {
    return Buffer.concat(this.#kept);
  }

  /** Waits until a condition holds. What it fails with has the screen in it. */
  async until<Value>(what: string, look: () => Value | undefined | false, seconds = PATIENCE_S): Promise<Value> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const value = this.#unshown === 0 && look();
      if (value !== undefined && value !== false) return value;
      if (performance.now() > deadline) {
        const printed = JSON.stringify(this.bytes().toString().slice(-1000));
        throw new Error(`still not after ${seconds} s: ${what}\n${this.history()}\n${printed}`);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
  }

  /** Waits until the screen has this on it. */
  async shows(text: string | RegExp): Promise<void> {
    await this.until(`the screen shows ${text}`, () =>
      typeof text === "string" ? this.text().includes(text) : text.test(this.text()),
    );
  }

  /** Waits for the end of the command, and until all it printed is on the screen. */
  async finish(): Promise<TerminalEnd> {
    await this.until("the end of the command", () => this.end !== undefined);
    this.#closeSlave();
    await this.until("the end of its output", () => this.#stream.destroyed);
    return this.ended;
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.#calls.setSize(this.#slave, sizeOf(columns, rows));
  }

  /** How the terminal treats what is typed and printed, or did when the command had ended. */
  mode(): TerminalMode {
    const mode = this.#lastMode ?? this.#calls.mode(this.#slave);
    if (mode === undefined) throw new Error("the terminal has been hung up");
    return mode;
  }

  /** The window is closed. */
  hangUp(): void {
    this.#stream.destroy();
    this.#closeSlave();
  }

  /** Ends everything that was started in this terminal. */
  async close(): Promise<void> {
    this.hangUp();
    for (const pid of pidsOf(this.#mark)) kill(pid);
    await this.ended;
    for (const pid of pidsOf(this.#mark)) kill(pid);
  }

  #show(bytes: Buffer): void {
    if (this.#keptBytes < MOST_KEPT_BYTES) {
      this.#kept.push(bytes);
      this.#keptBytes += bytes.length;
    }
    this.#unshown += 1;
    this.#emulator.write(bytes, () => {
      this.#unshown -= 1;
    });
  }

  #closeSlave(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#lastMode = this.#calls.mode(this.#slave);
    closeSync(this.#slave);
  }
}

function sizeOf(columns: number, rows: number): Uint8Array {
  return new Uint8Array(Uint16Array.of(rows, columns, 0, 0).buffer);
}

function pidsOf(mark: string): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${MARK}=${mark}`);
    } catch {
      return false; // it has just ended
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ESRCH: it has just ended.
  }
}
