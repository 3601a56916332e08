import { cpus, loadavg } from "node:os";

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
 * first are cheap and the latter are not. What it says where such a program failed is no reading: see `physicalCores` and
 * `memoryReadings`.
 */
export const machineElsewhere: Probe = {
  id: "machine",
  metrics: MACHINE_METRICS,
  async open({ platform }) {
    const { cpu: describeCpu, mem } = await import("systeminformation");
    const physical = physicalCores(await describeCpu());
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
          load_average: platform === "win32" ? undefined : loadavg(),
        }),
        ...memoryReadings(await mem(), platform),
      ];
    };
    const expected = MACHINE_METRICS.filter((metric) => metric.key !== "cpu_percent");
    return {
      unavailable: absentKeys(expected, await read(), `${platform} does not tell it, or there is none`),
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
    const absent = absentKeys(expected, await read(), `${host.platform} does not tell it`);
    return {
      unavailable:
        rates === undefined ? [unavailable(keysOf(NETWORK_METRICS), `${host.platform} ${NO_COUNTERS}`)] : absent,
      sample: read,
      close: () => undefined,
    };
  },
};

const NO_COUNTERS = "tells no counters of a network interface that is neither loopback nor virtual";

/**
 * Cores by systeminformation. Where the program that it asks has failed it says that every logical one is a core, and has
 * no name of the processor either. Pure.
 */
export function physicalCores(
  processor: Pick<Systeminformation.CpuData, "physicalCores" | "brand">,
): number | undefined {
  return isNamed(processor.brand) ? known(processor.physicalCores) : undefined;
}

/**
 * systeminformation's memory in our keys. Where the program that it asks has failed, it has what is free for what is
 * available (which is so on Windows only, where it asks no program), nothing cached, and no swap: whether there is none is
 * then not known. Pure.
 */
export function memoryReadings(
  memory: Pick<Systeminformation.MemData, "total" | "available" | "active" | "buffcache" | "swaptotal" | "swapused">,
  platform: NodeJS.Platform,
) {
  const total = known(memory.total);
  const hasAnswered = known(memory.active) !== undefined && known(memory.buffcache) !== undefined;
  const available = hasAnswered || platform === "win32" ? known(memory.available) : undefined;
  const used = total === undefined || available === undefined ? undefined : Math.max(0, total - available);
  const swap = known(memory.swaptotal);
  return readingsOf({
    memory_total: total,
    memory_available: available,
    memory_used: used,
    memory_percent: used === undefined || total === undefined ? undefined : (100 * used) / total,
    swap_total: swap,
    swap_used: swap === undefined ? undefined : knownOrZero(memory.swapused),
  });
}

/**
 * systeminformation's counters by interface: bytes received, bytes sent. It has no packets. Interfaces that have moved
 * nothing, for which it has only defaults, or of which it could make out one half, are left out. Pure.
 */
export function interfaceCounters(
  stats: readonly Pick<Systeminformation.NetworkStatsData, "iface" | "rx_bytes" | "tx_bytes">[],
): Map<string, readonly [recv: number, sent: number]> {
  const counters = new Map<string, readonly [recv: number, sent: number]>();
  for (const { iface, rx_bytes, tx_bytes } of stats) {
    const pair = knownPair(rx_bytes, tx_bytes);
    if (pair !== undefined) counters.set(iface, pair);
  }
  return counters;
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

/** A number where 0 is as good as any other, because what stands beside it was read. Pure. */
function knownOrZero(value: number | null | undefined): number | undefined {
  return value === 0 ? 0 : known(value);
}

/** Two totals that are read together: both 0 is systeminformation's default, and one alone is half an answer. Pure. */
export function knownPair(
  one: number | null | undefined,
  other: number | null | undefined,
): readonly [number, number] | undefined {
  const [first, second] = [knownOrZero(one), knownOrZero(other)];
  if (first === undefined || second === undefined || first + second === 0) return undefined;
  return [first, second];
}

/** systeminformation's words for a name that it could not read are the empty one and `unknown`. Pure. */
export function isNamed(name: string): boolean {
  return name !== "" && name !== "unknown";
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
