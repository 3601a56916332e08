import { type ChildProcess, spawn } from "node:child_process";
import type { StreamName } from "../model/run.ts";
import { watcherV8Options } from "../watch/quiet-v8.ts";
import type { WatcherMessage, WatchOrder, WrapperMessage } from "../model/watcher-protocol.ts";

/** Descriptors that it is to hold: the read ends of the child's output, and the user's terminal. */
export type Held = Readonly<Partial<Record<StreamName | "terminal", number>>>;

export interface WatcherProcessOptions {
  /** The script to start: bin/watch.js. */
  readonly script: string;
  readonly order: WatchOrder;
  /** Descriptor that its own errors go to. */
  readonly errorLog: number | "ignore";
  readonly held: Held;
  readonly onMessage: (message: WatcherMessage) => void;
  /** It has ended, by this signal if by one, or could not be started. */
  readonly onGone: (signal?: NodeJS.Signals) => void;
}

/**
 * One watcher process. It runs in a session of its own, so that no Ctrl-C and no hang-up of the terminal reaches it, and
 * does not keep us alive unless it is held.
 */
export class WatcherProcess {
  readonly #process: ChildProcess;
  readonly #onMessage: (message: WatcherMessage) => void;
  #ready = false;
  /** Whether the word of new output is still on its way: one is enough, and a stopped watcher must not pile them up. */
  #nudged = false;

  /** Throws what spawn(2) throws, ENOMEM and EMFILE among it. */
  constructor(options: WatcherProcessOptions) {
    const { order, held, errorLog } = options;
    this.#onMessage = options.onMessage;
    this.#process = spawn(process.execPath, [...watcherV8Options(), options.script, order.directory], {
      // Where the command was started it goes by itself: a folder that the command has removed must not keep it from starting.
      cwd: "/",
      detached: true,
      // From the fifth on they are HELD_DESCRIPTORS.
      stdio: [
        "ignore",
        "ignore",
        errorLog,
        "ipc",
        held.stdout ?? "ignore",
        held.stderr ?? "ignore",
        held.terminal ?? "ignore",
      ],
    });
    this.#process.on("message", (message) => this.#receive(message as WatcherMessage));
    this.#process.once("error", () => options.onGone()); // it could not be started
    this.#process.once("exit", (_, signal) => options.onGone(signal ?? undefined));
    this.#process.unref();
    this.#process.channel?.unref();
    const streams = (["stdout", "stderr"] as const).filter((stream) => held[stream] !== undefined);
    this.send({ type: "watch", order: { ...order, held: streams } });
  }

  /** Absent where it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** It has its order, and can let go of what it holds. */
  get ready(): boolean {
    return this.#ready;
  }

  send(message: WrapperMessage): void {
    // A channel that has just closed is the business of `onGone`.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  nudge(): void {
    if (this.#nudged || !this.#process.connected) return;
    this.#nudged = true;
    this.#process.send({ type: "output" }, () => {
      this.#nudged = false;
    });
  }

  /** From now on it keeps us alive. */
  hold(): void {
    this.#process.ref();
    this.#process.channel?.ref();
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #receive(message: WatcherMessage): void {
    if (message.type === "ready") this.#ready = true;
    this.#onMessage(message);
  }
}
