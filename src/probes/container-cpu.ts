import type { MetricSpec, Reading, Unavailable } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";

import type { CpuUsage } from "./cgroup-cpu-usage.ts";
import { openCpuUsage } from "./cgroup-cpu-usage.ts";
import { parseFlatKeyed } from "./cgroup-files.ts";
import { findCgroup } from "./cgroup-folders.ts";
import type { CpuLimit } from "./container-cpu-limit.ts";
import { findCpuLimit, onlineCpus } from "./container-cpu-limit.ts";
import type { ContainerPart } from "./container-part.ts";
import { partWithout } from "./container-part.ts";
import type { KeptFile } from "./kept-file.ts";
import { keepOpen } from "./kept-file.ts";
import { createRates } from "./rates.ts";
import { isReason, readingsOf, unavailable } from "./readings.ts";

export const CONTAINER_CPU_METRICS = [
  {
    key: "container_cpu_percent",
    unit: "percent",
    kind: "gauge",
    description: "CPU time of the container since the last reading as a share of what its limit allows.",
    source: "cpu.stat and cpu.max (cgroup v2), cpuacct.usage and cpu.cfs_quota_us (v1)",
  },
  {
    key: "container_cpu_limit",
    unit: "cores",
    kind: "gauge",
    description:
      "Cores that the container may use at once: the smallest quota above it, its set of CPUs, or its CPU affinity.",
    source:
      "cpu.max and cpuset.cpus.effective (cgroup v2), cpu.cfs_quota_us and cpuset.effective_cpus (v1), /proc/self/status",
  },
  {
    key: "container_cpu_cores_used",
    unit: "cores",
    kind: "gauge",
    description: "Cores in use since the last reading by the control group of this process: by its container or job.",
    source: "cpu.stat (cgroup v2), cpuacct.usage (v1)",
  },
  {
    key: "container_cpu_throttled_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the quota's periods since the last reading in which the container was stopped for the rest.",
    source: "nr_throttled and nr_periods of cpu.stat",
  },
] as const satisfies readonly MetricSpec[];

const LIMIT_KEYS = ["container_cpu_percent", "container_cpu_limit", "container_cpu_throttled_percent"];

/** Microseconds in a second. */
const MICRO = 1_000_000;

/** The CPU that control groups leave to this process, and what is used of it. See container.ts. */
export function openContainerCpu(host: Host): ContainerPart {
  const parts = [openCoresUsed(host), openCpuLimit(host)];
  return {
    unavailable: parts.flatMap((part) => part.unavailable),
    sample: () => parts.flatMap((part) => part.sample()),
    close() {
      for (const part of parts) part.close();
    },
  };
}

/** What is used is the own group's, wherever the limit stands: its neighbours' part is none of ours. */
function openCoresUsed(host: Host): ContainerPart {
  const keys = ["container_cpu_cores_used"];
  const groups = findCgroup(host, "cpu");
  const usage = groups && openCpuUsage(host, groups, 0);
  if (usage === undefined) return partWithout(keys, "this process is in no control group that accounts for CPU time");
  const used = createUsed(host, usage);
  const told = usage.read() !== undefined;
  return {
    unavailable: told ? [] : [unavailable(keys, `${groups?.folders[0]} does not tell the CPU time that was used`)],
    sample: () => readingsOf({ container_cpu_cores_used: used() }),
    close: () => usage.close(),
  };
}

function openCpuLimit(host: Host): ContainerPart {
  const limit = findCpuLimit(host);
  if (limit === undefined) return partWithout(LIMIT_KEYS, whyNoLimit(onlineCpus(host)));
  if (limit.groups === undefined) return limitAlone(limit);
  const folder = limit.groups.folders[limit.level];
  const usage = openCpuUsage(host, limit.groups, limit.level);
  const stat = limit.kind === "quota" ? keepOpen(`${folder}/cpu.stat`, []) : undefined;
  if (usage === undefined || (stat !== undefined && isReason(stat))) {
    usage?.close();
    return partWithout(LIMIT_KEYS, `${folder} does not tell the CPU time that was used`);
  }
  const used = createUsed(host, usage);
  const throttledShare = stat === undefined ? () => undefined : createShare(stat);
  return {
    unavailable: stat === undefined ? [noQuota("a set of CPUs")] : [],
    sample(): Reading[] {
      const coresUsed = used();
      const limitNow = limit.cores();
      return readingsOf({
        // A burst that the quota saved up may go a little above it.
        container_cpu_percent: coresUsed === undefined ? undefined : Math.min(100, (100 * coresUsed) / limitNow),
        container_cpu_limit: limitNow,
        container_cpu_throttled_percent: throttledShare(),
      });
    },
    close() {
      usage.close();
      stat?.close();
    },
  };
}

/** Nobody counts what is used of an affinity: other processes of the same group may run elsewhere. */
function limitAlone(limit: CpuLimit): ContainerPart {
  const reason = "the limit here is the CPU affinity of this process, and what is used of it is not counted";
  return {
    unavailable: [unavailable(["container_cpu_percent"], reason), noQuota("the CPU affinity")],
    sample: () => readingsOf({ container_cpu_limit: limit.cores() }),
    close: () => undefined,
  };
}

function noQuota(limit: string): Unavailable {
  return unavailable(
    ["container_cpu_throttled_percent"],
    `${limit} is the limit here, and no quota of ${limit === "a set of CPUs" ? "their" : "CPU"} time`,
  );
}

function whyNoLimit(online: number): string {
  const machine = Number.isFinite(online) ? `the ${online} CPUs of this machine` : "what this machine has";
  return `no control group limits this process to less than ${machine}`;
}

/** Cores since the last reading. */
function createUsed(host: Host, usage: CpuUsage): () => number | undefined {
  const rates = createRates(host.now(), [usage.read() ?? 0]);
  return () => {
    const now = usage.read();
    const [perSecond] = now === undefined ? [] : rates.since(host.now(), [now]);
    return perSecond === undefined ? undefined : perSecond / MICRO;
  };
}

/** A period passes only while something in the group wants to run: without one there is no share. */
function createShare(file: KeptFile): () => number | undefined {
  const read = () => {
    const values = parseFlatKeyed(file.read());
    return { periods: values.get("nr_periods") ?? 0, throttled: values.get("nr_throttled") ?? 0 };
  };
  let last = read();
  return () => {
    const before = last;
    last = read();
    const periods = last.periods - before.periods;
    if (periods <= 0) return undefined;
    return Math.min(100, Math.max(0, (100 * (last.throttled - before.throttled)) / periods));
  };
}
