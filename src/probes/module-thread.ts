import { pathToFileURL } from "node:url";
import type { Worker } from "node:worker_threads";

import type { Reading } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";

import { messageOf } from "./kept-file.ts";

export interface ModuleThreadOptions {
  /** Absolute path of an ES module. */
  readonly module: string;
  readonly host: Host;
  /** Seconds after which an answer is given up, and the thread with it. */
  readonly timeout: number;
  /** Most readings that are taken at once. */
  readonly most: number;
}

/** A module of the user's, in a thread that is started when it is needed. */
export interface ModuleThread {
  /** What the module gave, unchecked but for its outer shape. Rejects with a reason in a few words. One at a time. */
  sample(): Promise<readonly Reading[]>;
  /** Lets the module close what it has open, and ends the thread. Waits for neither. */
  close(): void;
}

/** Starts the thread: `bin/module-thread.js`. */
type StartThread = (options: {
  readonly url: string;
  readonly host: Omit<Host, "now">;
  readonly most: number;
}) => Worker;

type Answer = { readonly readings: readonly Reading[] } | { readonly failure: string };

/** Milliseconds that a module has for its own end. */
const MOST_CLOSING = 1000;

/**
 * What a module does wrong stays in its thread: one that hangs, even in a loop without end, is ended with it, one that
 * throws where nobody waits for it ends it, and what it prints is thrown away. The next reading starts another thread.
 */
export function createModuleThread({ module, host, timeout, most }: ModuleThreadOptions): ModuleThread {
  let worker: Worker | undefined;
  let lost: string | undefined;
  let settle: ((answer: Answer) => void) | undefined;
  const start = async () => {
    // @ts-expect-error -- a script, beside the executable; its type is above
    const starter: { readonly default: StartThread } = await import("../../bin/module-thread.js");
    const { proc, sys, platform, diskPath, tmpPath, shmPath } = host;
    const plain = { proc, sys, platform, diskPath, tmpPath, shmPath };
    const started = starter.default({ url: pathToFileURL(module).href, host: plain, most });
    started.unref();
    started.stdout.resume();
    started.stderr.resume();
    const end = (reason: string) => {
      if (worker !== started) return;
      worker = undefined;
      if (settle === undefined) lost = reason;
      else settle({ failure: reason });
    };
    // One that was given up may have answered all the same.
    started.on("message", (answer: Answer) => worker === started && settle?.(answer));
    started.once("error", (error) => end(messageOf(error)));
    started.once("exit", () => end("ended its thread"));
    return started;
  };
  const end = (thread: Worker | undefined) => {
    if (worker === thread) worker = undefined;
    void thread?.terminate();
  };
  return {
    async sample() {
      const reason = lost;
      lost = undefined;
      if (reason !== undefined) throw new Error(reason);
      const asked = (worker ??= await start());
      const answer = await new Promise<Answer>((resolve) => {
        const timer = setTimeout(() => {
          end(asked);
          settle?.({ failure: `did not answer within ${timeout} s` });
        }, timeout * 1000);
        settle = (given) => {
          clearTimeout(timer);
          settle = undefined;
          resolve(given);
        };
        asked.postMessage("sample", []);
      });
      if ("failure" in answer) throw new Error(answer.failure);
      return answer.readings;
    },
    close() {
      const closing = worker;
      worker = undefined;
      settle?.({ failure: "was closed" });
      closing?.ref();
      closing?.postMessage("close", []);
      setTimeout(() => end(closing), MOST_CLOSING).unref();
    },
  };
}
