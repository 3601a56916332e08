import type { MetricSpec } from "../model/metric.ts";
import type { Probe } from "../model/probe.ts";

import { createCounterSum } from "./counter-sum.ts";
import { keepOpen, whenChanged } from "./kept-file.ts";
import { createInterfaceFilter } from "./network-interfaces.ts";
import { createRates } from "./rates.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";

const SOURCE = "/proc/net/dev";
const METRICS = [
  {
    key: "network_bytes_sent",
    unit: "bytes",
    kind: "counter",
    description: "Bytes sent through the physical interfaces of this network namespace.",
    source: SOURCE,
  },
  {
    key: "network_bytes_recv",
    unit: "bytes",
    kind: "counter",
    description: "Bytes received through the physical interfaces of this network namespace.",
    source: SOURCE,
  },
  {
    key: "network_packets_sent",
    unit: "count",
    kind: "counter",
    description: "Packets sent through the physical interfaces of this network namespace.",
    source: SOURCE,
  },
  {
    key: "network_packets_recv",
    unit: "count",
    kind: "counter",
    description: "Packets received through the physical interfaces of this network namespace.",
    source: SOURCE,
  },
  {
    key: "network_bytes_sent_per_second",
    unit: "bytes_per_second",
    kind: "gauge",
    description: "What `network_bytes_sent` grew by per second since the last reading.",
    source: SOURCE,
  },
  {
    key: "network_bytes_recv_per_second",
    unit: "bytes_per_second",
    kind: "gauge",
    description: "What `network_bytes_recv` grew by per second since the last reading.",
    source: SOURCE,
  },
] as const satisfies readonly MetricSpec[];

/**
 * What went over the network: of the machine, or of the container when it has a network of its own. InfiniBand traffic
 * does not show here.
 *
 * Unavailable: no /proc/net/dev, or no interface in it but loopback and virtual ones.
 * Left out: the rates when less than 10 ms passed since the last reading.
 */
export const network: Probe = {
  id: "network",
  metrics: METRICS,
  open(host) {
    const file = keepOpen(`${host.proc}/net/dev`, keysOf(METRICS));
    if (isReason(file)) return Promise.resolve(file);
    const choose = createInterfaceFilter(host.sys);
    const sum = createCounterSum();
    const interfacesIn = whenChanged((text) => {
      const all = parseNetDev(text);
      return new Map(choose([...all.keys()]).map((name) => [name, all.get(name) ?? []]));
    });
    const readInterfaces = () => interfacesIn(file.read());
    const first = readInterfaces();
    if (first.size === 0) {
      file.close();
      return Promise.resolve(unavailable(keysOf(METRICS), `${file.path} shows no interface that counts but loopback`));
    }
    const rates = createRates(host.now(), sum.add(first));
    return Promise.resolve({
      sample() {
        const interfaces = readInterfaces();
        if (interfaces.size === 0) return [];
        const totals = sum.add(interfaces);
        const [bytesRecv, packetsRecv, bytesSent, packetsSent] = totals;
        const [recvRate, , sentRate] = rates.since(host.now(), totals);
        return readingsOf({
          network_bytes_sent: bytesSent,
          network_bytes_recv: bytesRecv,
          network_packets_sent: packetsSent,
          network_packets_recv: packetsRecv,
          network_bytes_sent_per_second: sentRate,
          network_bytes_recv_per_second: recvRate,
        });
      },
      close: () => file.close(),
    });
  },
};

/** Bytes and packets received, then bytes and packets sent. */
export type InterfaceCounters = readonly [number, number, number, number];

/**
 * Counters by interface. Lines without a colon (the two of the head) and lines that are cut short are left out. Pure.
 * https://docs.kernel.org/networking/statistics.html#procfs
 *
 *   eth0: 265539787    7156 0 0 0 0 0 0   739493    4663 0 0 0 0 0 0
 *         bytes recv   packets recv       bytes sent packets sent
 */
export function parseNetDev(text: string): Map<string, InterfaceCounters> {
  const interfaces = new Map<string, InterfaceCounters>();
  for (const [, name, ...counters] of text.matchAll(INTERFACE)) {
    const [bytesRecv, packetsRecv, bytesSent, packetsSent] = counters.map(Number);
    if (name !== undefined && packetsSent !== undefined) {
      interfaces.set(name, [bytesRecv ?? 0, packetsRecv ?? 0, bytesSent ?? 0, packetsSent]);
    }
  }
  return interfaces;
}

/** The name ends at the last colon: an alias such as eth0:1 has one in it. Old kernels put no blank after it. */
const INTERFACE = /^ *(\S+): *(\d+) +(\d+)(?: +\d+){6} +(\d+) +(\d+)(?: |$)/gm;
