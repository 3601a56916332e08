// What nvidia-smi says of a card beside what we read of it.

const MIB = 2 ** 20;
export const NO_VALUE = "no value";

/** nvidia-smi's field, our key, its unit in ours, and how far apart they may be: they are not read at the same moment. */
const FIELDS = [
  ["utilization.gpu", "utilization", 1, 15],
  ["utilization.memory", "memory_utilization", 1, 15],
  ["memory.total", "memory_total", MIB, MIB],
  ["memory.used", "memory_used", MIB, 64 * MIB],
  ["memory.reserved", "memory_reserved", MIB, MIB],
  ["temperature.gpu", "temperature", 1, 3],
  ["power.draw", "power", 1, 25],
  ["enforced.power.limit", "power_limit", 1, 0.5],
  ["clocks.sm", "clock_sm", 1, 200],
  ["clocks.mem", "clock_memory", 1, 100],
  ["ecc.errors.corrected.volatile.total", "ecc_errors_corrected", 1, 0],
  ["ecc.errors.uncorrected.volatile.total", "ecc_errors_uncorrected", 1, 0],
  ["fan.speed", "fan_speed", 1, 5],
  ["pcie.link.gen.current", "pcie_link_generation", 1, 0],
  ["pcie.link.width.current", "pcie_link_width", 1, 0],
];
/** What does not change, and the part of a device that is to be the same. */
const NAMES = [
  ["name", "name"],
  ["uuid", "uuid"],
  ["pci.bus_id", "pciAddress"],
];

/** What nvidia-smi is asked for. https://docs.nvidia.com/deploy/nvidia-smi/index.html */
export const QUERY = [...NAMES, ...FIELDS].map(([field]) => field);

/** Each value of nvidia-smi with ours, which were read just before and just after it. */
export function compare(device, before, after, line) {
  const names = NAMES.map(([field, part], index) => {
    const theirs =
      part === "pciAddress" ? line[index]?.toLowerCase().replace(/^0000(?=[0-9a-f]{4}:)/, "") : line[index];
    return { field, key: part, ours: device[part], theirs, isSame: device[part] === theirs };
  });
  const numbers = FIELDS.map(([field, key, unit, apart], index) => {
    const text = line[NAMES.length + index] ?? "";
    const theirs = /^-?[\d.]+$/.test(text) ? Number(text) * unit : undefined;
    const ours = [before[key], after[key]];
    const isSame =
      theirs === undefined
        ? ours.every((one) => one === undefined)
        : ours.some((one) => Math.abs(one - theirs) <= apart);
    return { field, key, ours: after[key], theirs, isSame };
  });
  return [...names, ...numbers];
}
