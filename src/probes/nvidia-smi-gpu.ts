import type { Reading, Unavailable } from "../model/metric.ts";

import { EnergyOfPower } from "./energy-of-power.ts";
import type { GpuDevice } from "./gpu-device.ts";
import type { SmiRow } from "./nvidia-smi-row.ts";
import { THROTTLE_QUANTITIES, SmiWindow } from "./nvidia-smi-window.ts";
import { readingsOf } from "./readings.ts";

/** Milliseconds after which what was printed says nothing of now. */
const FRESH_MS = 5000;
/** Lines closer together than this waited in a pipe while we were stopped: only the last of them is of now. */
const SHORTEST_APART = 0.25;

/** Answers that are facts about the card or the driver. All others may pass. */
const FACTS = new Set(["[N/A]", "N/A", "[Not Supported]", "[Requested functionality has been deprecated]"]);

/** What is no part of a key by itself, and which keys are made of it. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  utilization: ["utilization", "utilization_max"],
  memory_used: ["memory_used", "memory_percent"],
  memory_total: ["memory_total", "memory_percent"],
  power: ["power", "energy"],
  throttle_reasons: THROTTLE_QUANTITIES,
};

/** The quantities of the keys that come of these fields. */
export function quantitiesOf(fields: readonly string[]): string[] {
  return [...new Set(fields.flatMap((field) => MADE_OF[field] ?? [field]))];
}

export interface SmiGpuOptions {
  /** Milliseconds between two lines. */
  readonly period: number;
  /** Fields that this nvidia-smi does not have. */
  readonly notAsked: readonly string[];
  /** Whether there are lines of other GPUs now. */
  readonly isOtherFresh: (now: number) => boolean;
}

/** One GPU by the lines of nvidia-smi. */
export class SmiGpu implements GpuDevice {
  readonly vendor = "nvidia";
  readonly index: number;
  readonly name?: string;
  readonly uuid?: string;
  readonly pciAddress?: string;
  readonly unavailable: Unavailable[];
  readonly #options: SmiGpuOptions;
  readonly #energy = new EnergyOfPower();
  readonly #window = new SmiWindow();
  #last: { readonly row: SmiRow; readonly at: number };
  /** The newest line is not yet in the window. */
  #isPending = true;
  #joules: number | undefined;

  constructor(row: SmiRow, at: number, options: SmiGpuOptions) {
    this.index = row.index;
    if (row.name !== undefined) this.name = row.name;
    if (row.uuid !== undefined) this.uuid = row.uuid;
    if (row.pciAddress !== undefined) this.pciAddress = row.pciAddress;
    this.#options = options;
    this.unavailable = whatIsMissing(row, options.notAsked);
    this.#last = { row, at };
    this.#addPower();
  }

  take(row: SmiRow, at: number): void {
    if (this.#isPending && at - this.#last.at >= this.#options.period * SHORTEST_APART) {
      this.#window.add(this.#last.row);
    }
    this.#last = { row, at };
    this.#isPending = true;
    this.#addPower();
  }

  /** Whether the newest line is of now. */
  isFresh(now: number): boolean {
    return now - this.#last.at <= FRESH_MS;
  }

  sample(now: number): Reading[] {
    const { row } = this.#last;
    const key = (quantity: string) => `gpu_${this.index}_${quantity}`;
    if (this.#isPending || this.#window.isEmpty) this.#window.add(row);
    this.#isPending = false;
    const window = this.#window.take();
    if (!this.isFresh(now)) return this.#options.isOtherFresh(now) ? [{ key: key("lost"), value: 1 }] : [];
    if (row.isLost) return [{ key: key("lost"), value: 1 }];
    const { memory_used: used, memory_total: total } = row.values;
    const values: Record<string, number | undefined> = {
      ...row.values,
      ...window,
      memory_percent: used === undefined || !total ? undefined : (100 * used) / total,
      energy: this.#joules,
      lost: 0,
    };
    return readingsOf(Object.fromEntries(Object.entries(values).map(([quantity, value]) => [key(quantity), value])));
  }

  close(): void {
    this.#window.take();
  }

  #addPower(): void {
    const { row, at } = this.#last;
    const watts = row.values["power"];
    if (watts !== undefined) this.#joules = this.#energy.add(watts, at);
  }
}

function whatIsMissing({ index, answers, isMig }: SmiRow, notAsked: readonly string[]): Unavailable[] {
  const byAnswer = new Map<string, string[]>();
  for (const [field, answer] of Object.entries(answers)) byAnswer.set(answer, [...(byAnswer.get(answer) ?? []), field]);
  const keys = (fields: readonly string[]) => quantitiesOf(fields).map((quantity) => `gpu_${index}_${quantity}`);
  return [
    ...[...byAnswer].map(([answer, fields]): Unavailable => ({
      state: FACTS.has(answer) ? "unavailable" : "failed",
      metrics: keys(fields),
      reason: `nvidia-smi answers '${answer}'`,
    })),
    ...(notAsked.length === 0
      ? []
      : [missing(keys(notAsked), "this version of nvidia-smi has no such field", "update the NVIDIA driver")]),
    missing(
      ["workload_memory_used", "workload_processes"].map((quantity) => `gpu_${index}_${quantity}`),
      "nvidia-smi lists processes only when it is asked for nothing else",
    ),
    ...(isMig
      ? [missing([`gpu_${index}_mig_<j>_utilization`], "nvidia-smi has no line for the MIG devices of a GPU")]
      : []),
  ];
}

function missing(metrics: readonly string[], reason: string, hint?: string): Unavailable {
  return { state: "unavailable", metrics, reason, ...(hint === undefined ? {} : { hint }) };
}
