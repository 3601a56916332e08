import { setPriority } from "node:os";
import type { StreamName } from "../model/run.ts";
import type { WatcherMessage, WrapperMessage } from "../model/watcher-protocol.ts";
import { OutputHolder } from "./output-holder.ts";
import { Watcher } from "./watcher.ts";

/** How much the watcher yields to the training: 19 is the most. */
const NICENESS = 10;

/** The watcher process: takes its order from the wrapper and ends when the run is written, or the wrapper gone. */
export function main(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  setPriority(NICENESS);
  let watcher: Watcher | undefined;
  let holder: OutputHolder | undefined;
  let leaving = false;

  process.on("message", (received) => {
    const message = received as WrapperMessage;
    switch (message.type) {
      case "watch":
        holder = new OutputHolder(message.order.held);
        send({ type: "ready" });
        watcher = new Watcher({ order: message.order, send, env: process.env, now: () => Date.now() });
        break;
      case "output":
        void watcher?.outputGrew();
        break;
      case "release":
        holder?.release(message.stream);
        send({ type: "released", stream: message.stream });
        break;
      case "end":
        void watcher?.end(message.end, message.gaps).then(leave);
        break;
      case "hurry":
        watcher?.hurry();
        break;
    }
  });

  // Without a word before it, this means that the wrapper was killed outright: the child must not find its output
  // closed, and its record goes on.
  process.on("disconnect", () => {
    if (leaving) return;
    void drain((stream, bytes) => watcher?.takeOver(stream, bytes))
      .then(() => watcher?.endAlone())
      .then(() => process.exit(0));
  });

  async function leave(): Promise<void> {
    leaving = true;
    process.disconnect();
    // A grandchild that is still printing must not meet a closed pipe because the run is over.
    await drain(() => {});
    process.exit(0);
  }

  async function drain(onBytes: (stream: StreamName, bytes: Uint8Array) => void): Promise<void> {
    await holder?.drain(onBytes);
  }
}

function send(message: WatcherMessage): void {
  // Without a wrapper there is nobody to tell.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}
