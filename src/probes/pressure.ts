import type { MetricSpec, Reading, Unavailable } from "../model/metric.ts";
import type { Host, OpenProbe, Probe } from "../model/probe.ts";

import type { KeptFile } from "./kept-file.ts";
import { keepOpen, messageOf, whenChanged } from "./kept-file.ts";
import { createRates } from "./rates.ts";
import { isReason, readingsOf, unavailable } from "./readings.ts";

const METRICS = [
  {
    key: "cpu_pressure_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the time since the last reading in which some task waited for a CPU.",
    source: "/proc/pressure/cpu",
  },
  {
    key: "memory_pressure_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the time since the last reading in which some task waited for memory.",
    source: "/proc/pressure/memory",
  },
  {
    key: "memory_pressure_full_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the time since the last reading in which no task could work for want of memory: thrashing.",
    source: "/proc/pressure/memory",
  },
  {
    key: "io_pressure_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the time since the last reading in which some task waited for the disk.",
    source: "/proc/pressure/io",
  },
  {
    key: "io_pressure_full_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the time since the last reading in which no task could work because of the disk.",
    source: "/proc/pressure/io",
  },
] as const satisfies readonly MetricSpec[];

/** The files, and the lines of each that become keys. For the CPU the kernel's `full` means nothing on a whole machine. */
const RESOURCES = [
  { file: "cpu", keys: { some: "cpu_pressure_percent" } },
  { file: "memory", keys: { some: "memory_pressure_percent", full: "memory_pressure_full_percent" } },
  { file: "io", keys: { some: "io_pressure_percent", full: "io_pressure_full_percent" } },
] as const;

const HINT = "needs Linux 4.20 or newer with CONFIG_PSI; where it is off by default, boot with psi=1";

/**
 * How long tasks of the machine waited, also inside a container. Made from the counters of microseconds over our own
 * window: the kernel's own averages lag behind by their 10 seconds and more. https://docs.kernel.org/accounting/psi.html
 *
 * Unavailable: no /proc/pressure, or pressure is not accounted. Left out: all when less than 10 ms passed.
 */
export const pressure: Probe = {
  id: "pressure",
  metrics: METRICS,
  open(host) {
    return Promise.resolve(
      openPressure(
        host,
        RESOURCES.map(({ file, keys }) => ({ path: `${host.proc}/pressure/${file}`, keys })),
      ),
    );
  },
};

/** A file of pressure, and the keys that its lines become. */
export interface PressureFile {
  readonly path: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** Pressure files that are open. */
export interface OpenPressure extends OpenProbe {
  readonly unavailable: readonly Unavailable[];
  sample(): readonly Reading[];
}

/** The shares of our own window that these files tell, of the machine or of a control group. */
export function openPressure(host: Host, files: readonly PressureFile[]): OpenPressure | Unavailable {
  const opened = files.map(({ path, keys }) => openResource(path, keys));
  const reasons = opened.filter(isReason);
  const resources = opened.filter((one): one is OpenResource => !isReason(one));
  if (resources.length === 0) {
    const metrics = reasons.flatMap((reason) => reason.metrics);
    return unavailable(metrics, reasons[0]?.reason ?? "", HINT);
  }
  const keys = resources.flatMap((resource) => resource.keys);
  const read = () => resources.flatMap((resource) => resource.read());
  const rates = createRates(host.now(), read());
  return {
    unavailable: reasons,
    sample() {
      // Microseconds per second, so 10,000 are one percent.
      const shares = rates.since(host.now(), read());
      return readingsOf(
        Object.fromEntries(keys.map((key, index) => [key, shares[index] && Math.min(100, shares[index] / 10_000)])),
      );
    },
    close() {
      for (const resource of resources) resource.close();
    },
  };
}

interface OpenResource {
  readonly keys: readonly string[];
  /** Microseconds since boot, in the order of the keys. Throws when the file no longer has them. */
  read(): number[];
  close(): void;
}

function openResource(path: string, names: Readonly<Record<string, string>>): OpenResource | Unavailable {
  const keys = Object.values(names);
  const file = keepOpen(path, keys);
  if (isReason(file)) return { ...file, hint: HINT };
  const totalsIn = whenChanged((text) => {
    const totals = parsePressure(text);
    return Object.keys(names).map((name) => {
      const total = totals.get(name);
      if (total === undefined) throw new Error(`${path} has no total of '${name}'`);
      return total;
    });
  });
  const read = () => totalsIn(file.read());
  const reason = whyNot(file, read);
  if (reason !== undefined) return unavailable(keys, reason, HINT);
  return { keys, read, close: () => file.close() };
}

/** The file can be there and not answer: pressure that is switched off at boot gives an error for each read. */
function whyNot(file: KeptFile, read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    file.close();
    return messageOf(error);
  }
}

/**
 * Microseconds in which tasks waited, by the first word of the line. Other fields and lines that look otherwise are
 * left out. Pure.
 *
 *   some avg10=0.11 avg60=0.58 avg300=1.40 total=2412928873
 *   full avg10=0.00 avg60=0.00 avg300=0.00 total=0
 */
export function parsePressure(text: string): Map<string, number> {
  const totals = new Map<string, number>();
  for (const [, name, total] of text.matchAll(/^(\w+) .*\btotal=(\d+)\b/gm)) {
    if (name !== undefined) totals.set(name, Number(total));
  }
  return totals;
}
