import type { AskedField } from "./nvidia-smi-fields.ts";

/** One line of nvidia-smi: one GPU at one moment. */
export interface SmiRow {
  readonly index: number;
  readonly uuid?: string;
  readonly name?: string;
  /** `0000:01:00.0` */
  readonly pciAddress?: string;
  readonly driverVersion?: string;
  /** NVIDIA GPUs of the machine. */
  readonly count?: number;
  readonly isMig: boolean;
  /** The GPU fell off the bus. */
  readonly isLost: boolean;
  readonly values: Readonly<Record<string, number>>;
  /** Bits of nvmlClocksEventReasons. */
  readonly throttleReasons?: number;
  /** What it says instead of a value, by quantity: `[N/A]`. */
  readonly answers: Readonly<Record<string, string>>;
}

const LOST = "[GPU is lost]";
/** These are no quantities of a key. */
const NOT_MEASURED = new Set(["index", "uuid", "name", "count", "pci_address", "driver_version", "mig_mode"]);

/**
 * Reads a line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; nothing where it is none. Pure.
 *
 *   0, GPU-8932f937-d72c-4106-c12f-20bd9faed9f6, NVIDIA H100 80GB HBM3, 1, 00000000:1B:00.0, 550.54.15, 97, 31, 71322, …
 *
 * What is no number is said by nvidia-smi in words, mostly in brackets: `[N/A]`, `[Not Supported]`, `[Unknown Error]`,
 * `ERR!`.
 */
export function parseSmiRow(line: string, fields: readonly AskedField[]): SmiRow | undefined {
  const texts = line.split(",").map((text) => text.trim());
  if (texts.length !== fields.length) return undefined;
  const text = (quantity: string) => texts[fields.findIndex((field) => field.quantity === quantity)];
  const index = numberIn(text("index"));
  if (index === undefined || !Number.isInteger(index) || index < 0) return undefined;
  const values: Record<string, number> = {};
  const answers: Record<string, string> = {};
  for (const [at, { quantity, scale = 1 }] of fields.entries()) {
    const said = texts[at] ?? "";
    const value = quantity === "throttle_reasons" ? bitsIn(said) : numberIn(said);
    if (NOT_MEASURED.has(quantity)) continue;
    if (value === undefined || !isPossible(quantity, value)) answers[quantity] = said;
    else values[quantity] = value * scale;
  }
  const { throttle_reasons: throttleReasons, ...measured } = values;
  return {
    index,
    ...given("uuid", text("uuid")),
    ...given("name", text("name")),
    ...given("pciAddress", pciAddress(text("pci_address"))),
    ...given("driverVersion", text("driver_version")),
    ...given("count", numberIn(text("count"))),
    isMig: text("mig_mode") === "Enabled",
    isLost: texts.includes(LOST),
    values: measured,
    ...given("throttleReasons", throttleReasons),
    answers,
  };
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function bitsIn(text: string): number | undefined {
  // Bits above these 32 are no reasons that we know.
  return /^0x[0-9a-f]{1,16}$/i.test(text) ? Number.parseInt(text.slice(-8).replace(/^.*x/i, ""), 16) : undefined;
}

/** A share of time is at most all of it. A fan may turn faster than it is rated. */
function isPossible(quantity: string, value: number): boolean {
  return !quantity.endsWith("utilization") || value <= 100;
}

function pciAddress(text: string | undefined): string | undefined {
  const [, domain, rest] =
    /^(?:[0-9a-f]{4})?([0-9a-f]{4})(:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])$/i.exec(text ?? "") ?? [];
  return domain === undefined || rest === undefined ? undefined : `${domain}${rest}`.toLowerCase();
}

/** A word in brackets is no name. */
function given<Key extends string, Value extends string | number>(
  key: Key,
  value: Value | undefined,
): { readonly [Name in Key]?: Value } {
  const isAbsent = value === undefined || value === "" || (typeof value === "string" && value.startsWith("["));
  return isAbsent ? {} : ({ [key]: value } as { readonly [Name in Key]: Value });
}
