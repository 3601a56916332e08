import type { Worker } from "node:worker_threads";

import type { Unavailable } from "../model/metric.ts";

import { TOO_LATE, within } from "./bounded.ts";
import { exitDespiteThread } from "./exit-despite-thread.ts";
import type { GpuDriver } from "./gpu-device.ts";
import type { NvmlPlaces } from "./nvml-places.ts";
import type { NvmlOpened, NvmlService } from "./nvml-serve.ts";
import { ThreadedDriver } from "./nvml-threaded.ts";

/** Starts the thread: `bin/nvml-thread.js`. */
type StartThread = (service: NvmlService) => Worker;

/** Milliseconds. */
interface NvmlPatience {
  /** For the begin: a driver that has to wake its cards up needs a second or two for each. */
  readonly opening: number;
  /** For one reading of all devices, which mostly takes less than one. */
  readonly reading: number;
}

const PATIENCE: NvmlPatience = { opening: 15_000, reading: 1000 };

/**
 * Opens NVIDIA's driver through NVML, in a thread of its own. A call that hangs in the driver, which may be for ever, then
 * hangs that thread only: there are no readings, `failure` says why, and nobody waits for it again before it answers.
 *
 * A reading is one question to the thread, for which the caller waits: a driver that is well answers at once.
 * Unavailable: koffi or the library is missing. Failed: the driver does not answer, with the reason and a hint.
 */
export async function openNvml(
  places: NvmlPlaces,
  given: Partial<NvmlPatience> = {},
): Promise<GpuDriver | Unavailable> {
  const patience = { ...PATIENCE, ...given };
  // @ts-expect-error -- a script, beside the executable; its type is above
  const starter: { readonly default: StartThread } = await import("../../bin/nvml-thread.js");
  const thread = starter.default({ places, now: performance.now() });
  const release = exitDespiteThread();
  const word = firstWord(thread);
  // Not before somebody listens: that takes it back.
  thread.unref();
  const opened = await within(word, patience.opening);
  if (opened === TOO_LATE) {
    void closeLate(word, thread, release);
    const longer = patience.opening < PATIENCE.opening ? "tracelet doctor waits longer; " : "";
    const hint = `${longer}look for NVRM messages in the kernel log (dmesg); the machine may need a restart`;
    return { ...failed(`the driver did not answer within ${patience.opening} ms`), hint };
  }
  release();
  return "reason" in opened ? opened.reason : new ThreadedDriver(thread, opened, patience.reading);
}

/** Nobody waits for this driver any more. */
async function closeLate(word: Promise<NvmlOpened>, thread: Worker, release: () => void): Promise<void> {
  const opened = await word;
  release();
  if (!("reason" in opened)) new ThreadedDriver(thread, opened, 0).close();
}

/** A thread that ends before it has said anything has failed. */
function firstWord(thread: Worker): Promise<NvmlOpened> {
  return new Promise((resolve) => {
    const fail = (reason: string) => resolve({ reason: failed(reason) });
    thread.once("message", (opened: NvmlOpened) => resolve(opened));
    thread.once("error", (error) => fail(`the thread that calls the driver failed: ${error.message}`));
    thread.once("exit", () => fail("the thread that calls the driver has ended"));
  });
}

function failed(reason: string): Unavailable {
  return { state: "failed", metrics: [], reason };
}
