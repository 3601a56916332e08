import type { Worker } from "node:worker_threads";

import type { Unavailable } from "../model/metric.ts";

import { exitDespiteThread } from "./exit-despite-thread.ts";
import type { GpuDriver } from "./gpu-device.ts";
import type { NvmlPlaces } from "./nvml-places.ts";
import type { NvmlOpened } from "./nvml-serve.ts";
import { ThreadedDriver } from "./nvml-threaded.ts";

/** Starts the thread: `bin/nvml-thread.js`. */
type StartThread = (places: NvmlPlaces) => Worker;

/** Milliseconds that the driver has for one reading of all devices. It mostly needs less than one. */
const PATIENCE = 1000;

/**
 * Opens NVIDIA's driver through NVML, in a thread of its own. A call that hangs in the driver, which may be for ever, then
 * hangs that thread only: there are no readings, `failure` says why, and nobody waits for it again before it answers.
 *
 * A reading is one question to the thread, for which the caller waits: a driver that is well answers at once.
 * Unavailable: koffi or the library is missing. Failed: the driver does not answer, with the reason and a hint.
 * @param patience milliseconds that a reading may take
 */
export async function openNvml(places: NvmlPlaces, patience: number = PATIENCE): Promise<GpuDriver | Unavailable> {
  // @ts-expect-error -- a script, beside the executable; its type is above
  const starter: { readonly default: StartThread } = await import("../../bin/nvml-thread.js");
  const thread = starter.default(places);
  thread.unref();
  const release = exitDespiteThread();
  const opened = await firstWord(thread);
  release();
  return "reason" in opened ? opened.reason : new ThreadedDriver(thread, opened, patience);
}

/** A thread that ends before it has said anything has failed. */
function firstWord(thread: Worker): Promise<NvmlOpened> {
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ reason: { state: "failed", metrics: [], reason } });
    thread.once("message", (opened: NvmlOpened) => resolve(opened));
    thread.once("error", (error) => failed(`the thread that calls the driver failed: ${error.message}`));
    thread.once("exit", () => failed("the thread that calls the driver has ended"));
  });
}
