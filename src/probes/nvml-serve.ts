import type { MessagePort } from "node:worker_threads";

import type { Unavailable } from "../model/metric.ts";

import { messageOf } from "./kept-file.ts";
import type { NvmlDevice } from "./nvml-device.ts";
import type { NvmlDriver } from "./nvml-here.ts";
import { openNvmlHere } from "./nvml-here.ts";
import type { NvmlPlaces } from "./nvml-places.ts";
import type { NvmlShared } from "./nvml-shared.ts";
import { AT, createNvmlShared } from "./nvml-shared.ts";
import { isReason } from "./readings.ts";

/** What can be said of a device to another thread: all but its functions. */
type NvmlDescription = Omit<NvmlDevice, "sample" | "close">;

/** What the thread says first, and once. */
export type NvmlOpened =
  | { readonly reason: Unavailable }
  | {
      readonly devices: readonly NvmlDescription[];
      readonly versions: Pick<NvmlDriver, "driverVersion" | "cudaVersion">;
      readonly shared: NvmlShared;
    };

/** What the thread is started with. */
export interface NvmlService {
  readonly places: NvmlPlaces;
  /** The time by the clock of those who ask: a thread has one of its own. */
  readonly now: number;
}

/** The thread that calls the driver: opens it, says what there is, and answers until it is closed. */
export async function serve(port: MessagePort, { places, now }: NvmlService): Promise<void> {
  const ahead = now - performance.now();
  const say = (opened: NvmlOpened) => port.postMessage(opened);
  try {
    const driver = await openNvmlHere(places, () => performance.now() + ahead);
    if (isReason(driver)) say({ reason: driver });
    else answer(driver, say);
  } catch (error) {
    say({ reason: { state: "failed", metrics: [], reason: messageOf(error) } });
  }
}

function answer(driver: NvmlDriver, say: (opened: NvmlOpened) => void): void {
  const { devices, driverVersion, cudaVersion } = driver;
  const versions = {
    ...(driverVersion === undefined ? {} : { driverVersion }),
    ...(cudaVersion === undefined ? {} : { cudaVersion }),
  };
  const shared = createNvmlShared(
    devices.length,
    devices.reduce((sum, { keys }) => sum + keys.length, 0),
  );
  say({ devices: devices.map(describe), versions, shared });
  const { control, now, wanted, pids, values } = shared;
  let end = 0;
  const ranges = devices.map(({ keys }) => ({ first: end, end: (end += keys.length) }));
  const places = new Map(devices.flatMap(({ keys }) => keys).map((key, place) => [key, place]));
  for (let answered = 0; ; answered += 1) {
    // This thread has nothing else to do: its event loop stands still until there is a question.
    Atomics.wait(control, AT.ASKED, answered);
    if (Atomics.load(control, AT.CLOSED) !== 0) break;
    const workload = new Set(pids.subarray(0, control[AT.PIDS]));
    for (const [index, device] of devices.entries()) {
      if (wanted[index] !== 1) continue;
      const range = ranges[index];
      values.fill(Number.NaN, range?.first, range?.end);
      for (const { key, value } of device.sample(now[0] ?? 0, workload)) {
        const place = places.get(key);
        if (place !== undefined && typeof value === "number") values[place] = value;
      }
    }
    Atomics.store(control, AT.ANSWERED, answered + 1);
    Atomics.notify(control, AT.ANSWERED);
  }
  driver.close();
}

function describe(device: NvmlDevice): NvmlDescription {
  const plain = Object.entries(device).filter(([, value]) => typeof value !== "function");
  return Object.fromEntries(plain) as NvmlDevice;
}
