import { cpus, loadavg, platform } from "node:os";

import type { Systeminformation } from "systeminformation";

import type { MetricSpec, Reading } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import { cpu } from "./cpu.ts";
import { createCounterSum } from "./counter-sum.ts";
import type { CpuTimes } from "./cpu-times.ts";
import { busyPercent } from "./cpu-times.ts";
import { load } from "./load.ts";
import { memory } from "./memory.ts";
import { network } from "./network.ts";
import type { Rates } from "./rates.ts";
import { createRates } from "./rates.ts";
import { absentKeys, keysOf, readingsOf, unavailable } from "./readings.ts";

const MACHINE_METRICS = fromElsewhere([...cpu.metrics, ...load.metrics, ...memory.metrics]);
const NETWORK_METRICS = fromElsewhere(network.metrics);

/**
 * CPU, load and memory on macOS and Windows, under the same keys.
 *
 * CPU times come from Node; memory and the number of cores from systeminformation, which starts programs for it, so the
 * first are cheap and the latter are not. Its defaults (0, -1, '') count as absent.
 */
export const machineElsewhere: Probe = {
  id: "machine",
  metrics: MACHINE_METRICS,
  async open() {
    const { cpu: describeCpu, mem } = await import("systeminformation");
    const physical = known((await describeCpu()).physicalCores);
    let last = sumOfCores(cpus());
    const read = async (): Promise<Reading[]> => {
      const cores = cpus();
      const now = sumOfCores(cores);
      const percent = busyPercent(last, now);
      if (percent !== undefined) last = now;
      return [
        ...readingsOf({
          cpu_percent: percent,
          cpu_count_logical: known(cores.length),
          cpu_count_physical: physical,
          // Windows has no load average; Node answers with zeros there.
          load_average: platform() === "win32" ? undefined : loadavg(),
        }),
        ...memoryReadings(await mem()),
      ];
    };
    const expected = MACHINE_METRICS.filter((metric) => metric.key !== "cpu_percent");
    return {
      unavailable: absentKeys(expected, await read(), `${platform()} does not tell it`),
      sample: read,
      close: () => undefined,
    };
  },
};

/** Network counters on macOS and Windows, of all interfaces but loopback and virtual ones. */
export const networkElsewhere: Probe = {
  id: "network",
  metrics: NETWORK_METRICS,
  async open(host) {
    const { networkInterfaces, networkStats } = await import("systeminformation");
    const list = await networkInterfaces();
    const names = (Array.isArray(list) ? list : [list]).filter(isReal).map((entry) => entry.iface);
    const sum = createCounterSum();
    let rates: Rates | undefined;
    const read = async () => {
      const interfaces = names.length === 0 ? new Map() : interfaceCounters(await networkStats(names.join(",")));
      if (interfaces.size === 0) return [];
      const totals = sum.add(interfaces);
      rates ??= createRates(host.now(), totals);
      return networkReadings(totals, rates.since(host.now(), totals));
    };
    const expected = NETWORK_METRICS.filter((metric) => !metric.key.endsWith("_per_second"));
    const absent = absentKeys(expected, await read(), `${platform()} does not tell it`);
    return {
      unavailable: rates === undefined ? [unavailable(keysOf(NETWORK_METRICS), NO_COUNTERS)] : absent,
      sample: read,
      close: () => undefined,
    };
  },
};

const NO_COUNTERS = `${platform()} tells no counters of a network interface that is neither loopback nor virtual`;

/** systeminformation's memory in our keys. Pure. */
export function memoryReadings(
  memory: Pick<Systeminformation.MemData, "total" | "available" | "swaptotal" | "swapused">,
) {
  const total = known(memory.total);
  const available = known(memory.available);
  const used = total === undefined || available === undefined ? undefined : total - available;
  // No swap is a fact (0) only where the rest of the answer is one.
  const swap = total === undefined ? undefined : memory;
  return readingsOf({
    memory_total: total,
    memory_available: available,
    memory_used: used,
    memory_percent: used === undefined || total === undefined ? undefined : (100 * used) / total,
    swap_total: swap?.swaptotal,
    swap_used: swap?.swapused,
  });
}

/**
 * systeminformation's counters by interface: bytes received, bytes sent. It has no packets. Interfaces that have moved
 * nothing, or for which it has only defaults, are left out. Pure.
 */
export function interfaceCounters(
  stats: readonly Pick<Systeminformation.NetworkStatsData, "iface" | "rx_bytes" | "tx_bytes">[],
): Map<string, [recv: number, sent: number]> {
  const real = stats.filter((entry) => known(entry.rx_bytes) !== undefined || known(entry.tx_bytes) !== undefined);
  return new Map(real.map((entry) => [entry.iface, [known(entry.rx_bytes) ?? 0, known(entry.tx_bytes) ?? 0]]));
}

function networkReadings(
  [recv, sent]: readonly number[],
  [recvRate, sentRate]: readonly (number | undefined)[],
): Reading[] {
  return readingsOf({
    network_bytes_sent: sent,
    network_bytes_recv: recv,
    network_bytes_sent_per_second: sentRate,
    network_bytes_recv_per_second: recvRate,
  });
}

/** systeminformation writes 0 or -1 (and sometimes null) for what it could not read. Pure. */
export function known(value: number | null | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}

function isReal(entry: Systeminformation.NetworkInterfacesData): boolean {
  return !entry.internal && !entry.virtual;
}

/** In the order of /proc/stat: user, nice, system, idle, iowait, irq. */
function sumOfCores(cores: ReturnType<typeof cpus>): CpuTimes {
  const sum = (time: "user" | "nice" | "sys" | "idle" | "irq") =>
    cores.reduce((total, core) => total + core.times[time], 0);
  return [sum("user"), sum("nice"), sum("sys"), sum("idle"), 0, sum("irq")];
}

/** The same metrics, read from somewhere else. */
export function fromElsewhere(metrics: readonly MetricSpec[]): readonly MetricSpec[] {
  return metrics.map((metric) => ({ ...metric, source: "the operating system, through Node and systeminformation" }));
}
