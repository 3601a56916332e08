/** What is asked of nvidia-smi for one quantity. */
export interface SmiField {
  /** As in a key, such as `power_limit`; or what identifies the GPU. */
  readonly quantity: string;
  /** Its names in nvidia-smi, the newest first. */
  readonly names: readonly [string, ...string[]];
  /** What one of nvidia-smi's units is in ours; left out, the same, or text. */
  readonly scale?: number;
}

const MEBIBYTE = 1024 ** 2;

/** Without these no row can be told from another: they are as old as the option. */
const IDENTITY: readonly SmiField[] = [
  { quantity: "index", names: ["index"] },
  { quantity: "uuid", names: ["uuid"] },
  { quantity: "name", names: ["name"] },
  { quantity: "count", names: ["count"] },
  { quantity: "pci_address", names: ["pci.bus_id"] },
  { quantity: "driver_version", names: ["driver_version"] },
];

/** In every nvidia-smi that is still in use. */
const BASIC: readonly SmiField[] = [
  { quantity: "utilization", names: ["utilization.gpu"] },
  { quantity: "memory_utilization", names: ["utilization.memory"] },
  { quantity: "memory_used", names: ["memory.used"], scale: MEBIBYTE },
  { quantity: "memory_total", names: ["memory.total"], scale: MEBIBYTE },
  { quantity: "temperature", names: ["temperature.gpu"] },
  { quantity: "power", names: ["power.draw"] },
  { quantity: "power_limit", names: ["enforced.power.limit", "power.limit"] },
  { quantity: "clock_sm", names: ["clocks.sm"] },
  { quantity: "clock_memory", names: ["clocks.mem"] },
  { quantity: "fan_speed", names: ["fan.speed"] },
  { quantity: "pcie_link_generation", names: ["pcie.link.gen.current"] },
  { quantity: "pcie_link_width", names: ["pcie.link.width.current"] },
  { quantity: "ecc_errors_corrected", names: ["ecc.errors.corrected.volatile.total"] },
  { quantity: "ecc_errors_uncorrected", names: ["ecc.errors.uncorrected.volatile.total"] },
];

const NEWER: readonly SmiField[] = [
  { quantity: "memory_reserved", names: ["memory.reserved"], scale: MEBIBYTE },
  { quantity: "throttle_reasons", names: ["clocks_event_reasons.active", "clocks_throttle_reasons.active"] },
  { quantity: "mig_mode", names: ["mig.mode.current"] },
];

const ALL = [...IDENTITY, ...BASIC, ...NEWER];

/** A field with the one of its names that is asked for. */
export type AskedField = Pick<SmiField, "quantity" | "scale"> & { readonly name: string };

/**
 * Which fields this nvidia-smi has, by its own list; one name that it does not know would be answered with nothing else.
 * Those that every version has where the list says nothing. Pure.
 *
 *   nvidia-smi --help-query-gpu
 *   "clocks_event_reasons.active" or "clocks_throttle_reasons.active"
 *   Bitmask of active clock event reasons. …
 */
export function fieldsOf(help: string): AskedField[] {
  const known = new Set(Array.from(help.matchAll(/"([a-z0-9_.]+)"/g), ([, name]) => name));
  const asked = ALL.flatMap((field) => {
    const name = field.names.find((one) => known.has(one));
    return name === undefined ? [] : [{ ...field, name }];
  });
  const hasIdentity = IDENTITY.every(({ names }) => known.has(names[0]));
  return hasIdentity ? asked : [...IDENTITY, ...BASIC].map((field) => ({ ...field, name: field.names.at(-1) ?? "" }));
}

/** What of the keys this nvidia-smi has no field for. Pure. */
export function quantitiesNotAsked(fields: readonly AskedField[]): string[] {
  const asked = new Set(fields.map(({ quantity }) => quantity));
  return [...BASIC, ...NEWER].map(({ quantity }) => quantity).filter((quantity) => !asked.has(quantity));
}
