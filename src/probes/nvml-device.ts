import type { Reading, Unavailable } from "../model/metric.ts";

import type { GpuDevice } from "./gpu-device.ts";
import type { NvmlQuestion, NvmlTick } from "./nvml-question.ts";
import { isDriverGone, isForGood, isLoss, nvmlHint, nvmlReason } from "./nvml-status.ts";

export interface NvmlDeviceOptions {
  /** Who it is. */
  readonly identity: Pick<GpuDevice, "index" | "name" | "uuid" | "pciAddress" | "migOf" | "migIndex">;
  /** The driver's handle of it now; absent where the driver no longer has it. */
  readonly handle: () => bigint | undefined;
  readonly questions: readonly NvmlQuestion[];
  /** Keys that nobody asks it, with the reason. */
  readonly notAsked?: Unavailable;
  /** The library has lost the driver. */
  readonly onDriverGone: (now: number) => void;
  readonly now: number;
}

/** A device that says which whole keys it may give. */
export interface NvmlDevice extends GpuDevice {
  readonly keys: readonly string[];
}

/** What a device says of itself beside its readings: whether it has fallen off the bus. */
const LOST = "lost";

/**
 * One device. It asks everything once when it is made, for what cannot be read and as the begin of every window. A question
 * that fails hides no other; one that the device cannot answer is not asked again; once the device is lost, it says only
 * that.
 */
export function createNvmlDevice(options: NvmlDeviceOptions): NvmlDevice {
  const { identity, handle, notAsked, onDriverGone } = options;
  const keyOf = keysWith(prefixOf(identity));
  let questions = [...options.questions];
  const dropped = new Map<string, number>();
  let lossCode: number | undefined;
  let readings: Reading[] = [];
  const tick: { -readonly [Name in keyof NvmlTick]: NvmlTick[Name] } = {
    handle: 0n,
    now: options.now,
    pids: new Set(),
    put(key, value) {
      if (value !== undefined) readings.push({ key: keyOf(key), value });
    },
  };

  const lose = (code: number): Reading[] => {
    lossCode = code;
    for (const question of questions) for (const key of question.keys) dropped.set(key, code);
    questions = [];
    return [{ key: keyOf(LOST), value: 1 }];
  };
  const sample = (now: number, pids: ReadonlySet<number>): Reading[] => {
    if (lossCode !== undefined) return [{ key: keyOf(LOST), value: 1 }];
    const current = handle();
    if (current === undefined) return [];
    tick.handle = current;
    tick.now = now;
    tick.pids = pids;
    readings = [{ key: keyOf(LOST), value: 0 }];
    let isAnyForGood = false;
    for (const question of questions) {
      const code = question.ask(tick);
      if (isLoss(code)) return lose(code);
      if (isDriverGone(code)) {
        onDriverGone(now);
        return [];
      }
      if (!isForGood(code)) continue;
      isAnyForGood = true;
      for (const key of question.keys) dropped.set(key, code);
    }
    if (isAnyForGood) questions = questions.filter((question) => !question.keys.every((key) => dropped.has(key)));
    return readings;
  };

  sample(options.now, new Set());
  return {
    ...identity,
    vendor: "nvidia",
    keys: [LOST, ...options.questions.flatMap((question) => question.keys)].map(keyOf),
    get unavailable() {
      const codes = new Map([...questions.flatMap(({ lacking }) => [...(lacking ?? [])]), ...dropped]);
      return [...reasonsOf(codes, keyOf), ...(notAsked === undefined ? [] : [notAsked])];
    },
    sample,
    close() {
      for (const question of options.questions) question.close?.();
    },
  };
}

/** The part of a device's keys that says which device it is. */
export function prefixOf({ index, migIndex }: Pick<GpuDevice, "index" | "migIndex">): string {
  return migIndex === undefined ? `gpu_${index}_` : `gpu_${index}_mig_${migIndex}_`;
}

/** Puts the prefix before a key; each whole key is made once. */
function keysWith(prefix: string): (key: string) => string {
  const keys = new Map<string, string>();
  return (key) => {
    const known = keys.get(key);
    if (known !== undefined) return known;
    keys.set(key, prefix + key);
    return prefix + key;
  };
}

/** One statement for all keys that are lacking for the same reason. */
function reasonsOf(codes: ReadonlyMap<string, number>, keyOf: (key: string) => string): Unavailable[] {
  const byCode = new Map<number, string[]>();
  for (const [key, code] of codes) byCode.set(code, [...(byCode.get(code) ?? []), keyOf(key)]);
  return [...byCode].map(([code, metrics]) => {
    const hint = nvmlHint(code);
    const state = isLoss(code) ? "failed" : "unavailable";
    return { state, metrics, reason: nvmlReason(code), ...(hint === undefined ? {} : { hint }) };
  });
}
