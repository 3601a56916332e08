import { setPriority } from "node:os";
import { inspect } from "node:util";
import { ALIVE_MS, type TerminalOrder, type WatcherMessage, type WrapperMessage } from "../model/watcher-protocol.ts";
import { OutputHolder } from "./output-holder.ts";
import { quietV8, quietV8UnlessBusy, tidyHeap } from "./quiet-v8.ts";
import { RunClock } from "./run-clock.ts";
import { restoreTerminal } from "./terminal-guard.ts";
import { Watcher } from "./watcher.ts";

export { watcherV8Options } from "./quiet-v8.ts";
export { warmUp } from "./warm-up.ts";

/** How much the watcher yields to the training: 19 is the most. */
const NICENESS = 10;

/** Words of new output, of which there are a few a second, from one look through the whole heap to the next. */
const WORDS_BETWEEN_TIDIES = 256;

/** The watcher process: takes its order from the wrapper and ends when the run is written, or the wrapper gone. */
export function main(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  yieldToTheTraining();
  quietV8();
  setInterval(() => send({ type: "alive" }), ALIVE_MS).unref();
  let clock = new RunClock();
  let watcher: Watcher | undefined;
  let holder: OutputHolder | undefined;
  let terminal: TerminalOrder = { reset: "" };
  let sent: Promise<void> = Promise.resolve();
  /** The run is being ended, by the wrapper's word or because the wrapper is gone. */
  let ending: Promise<void> | undefined;
  let draining: Promise<void> | undefined;
  let leaving = false;
  const countWord = quietV8UnlessBusy();
  const tidy = tidyHeap(WORDS_BETWEEN_TIDIES);
  let failed = false;

  process.on("uncaughtException", (error) => void fail(error));
  // watcher.log on a disk that takes nothing: the run is worth more than our notes.
  process.stderr.on("error", () => {});
  process.on("SIGCONT", () => watcher?.wasStopped());
  process.on("message", (received) => {
    const message = received as WrapperMessage;
    switch (message.type) {
      case "watch":
        clock = new RunClock(message.order.skew);
        goTo(message.order.header.cwd);
        holder = new OutputHolder(message.order.held);
        send({ type: "ready" });
        watcher = new Watcher({
          order: message.order,
          send,
          env: process.env,
          now: () => clock.now(),
          fail: (error) => void fail(error),
        });
        break;
      case "output":
        countWord();
        void watcher?.outputGrew();
        tidy();
        break;
      case "release":
        holder?.release(message.stream);
        send({ type: "released", stream: message.stream });
        break;
      case "end":
        ending ??= watcher?.end(message);
        ending?.then(leave).catch(fail);
        break;
      case "terminal":
        terminal = message.state;
        break;
      case "stopping":
        watcher?.stopping();
        break;
      case "resumed":
        watcher?.resumed();
        break;
      case "hurry":
        watcher?.hurry();
        break;
    }
  });

  // Without a word before it, this means that the wrapper was killed outright: the child must not find its output
  // closed, and its record goes on. An ending that is under way goes on too, by the handler above.
  process.on("disconnect", () => {
    if (leaving) return;
    watcher?.wrapperGone();
    restoreTerminal(terminal).catch((error: unknown) => process.stderr.write(`${inspect(error)}\n`));
    if (ending) void drain();
    else goOnAlone().catch(fail);
  });

  async function goOnAlone(): Promise<void> {
    await drain();
    ending = watcher?.endAlone();
    await ending;
    await leave();
  }

  async function leave(): Promise<void> {
    leaving = true;
    await sent;
    if (process.connected) process.disconnect();
    // A grandchild that is still printing must not meet a closed pipe because the run is over.
    await drain();
    exit();
  }

  /** With a wrapper, another watcher takes our place. Without one the child's output still needs its reader. */
  async function fail(error: unknown): Promise<void> {
    process.stderr.write(`${inspect(error)}\n`);
    if (process.connected && !leaving) exit();
    if (failed) return;
    failed = true;
    watcher?.abandon();
    await drain();
    exit();
  }

  function drain(): Promise<void> {
    draining ??= holder?.drain((stream, bytes) => {
      if (!ending) watcher?.takeOver(stream, bytes);
    });
    return draining ?? Promise.resolve();
  }

  function send(message: WatcherMessage): void {
    // Without a wrapper there is nobody to tell.
    if (!process.connected) return;
    sent = new Promise((resolve) => {
      process.send?.(message, undefined, {}, () => resolve());
    });
  }
}

/** The training comes first, where the system lets us say so. */
function yieldToTheTraining(): void {
  try {
    setPriority(NICENESS);
  } catch {
    // Some sandboxes refuse it (EPERM, ESRCH). The watcher is then as important as everybody else, and as light.
  }
}

/** What the user's settings have us start is to find itself where the command was started. */
function goTo(folder: string): void {
  try {
    process.chdir(folder);
  } catch {
    // The command has removed it, or renamed it.
  }
}

/** Not `process.exit`, which waits for its threads: one of them may hang in a system call on a dead mount. */
function exit(): void {
  process.kill(process.pid, "SIGKILL");
}
