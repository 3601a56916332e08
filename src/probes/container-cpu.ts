import { existsSync } from "node:fs";

import type { MetricSpec, Reading } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";

import type { CgroupFolders } from "./cgroup-folders.ts";
import { findCgroup } from "./cgroup-folders.ts";
import { countCpus, parseCfsQuota, parseCpuMax, parseFlatKeyed, parseSize } from "./cgroup-files.ts";
import type { ContainerPart } from "./container-part.ts";
import { partWithout } from "./container-part.ts";
import { parseCpuStat } from "./cpu-times.ts";
import type { KeptFile } from "./kept-file.ts";
import { keepOpen } from "./kept-file.ts";
import { createRates } from "./rates.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";
import { readSmallFile } from "./small-file.ts";

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
    description: "Cores that the container may use at once: the smallest quota above it, or its set of CPUs.",
    source: "cpu.max and cpuset.cpus.effective (cgroup v2), cpu.cfs_quota_us and cpuset.effective_cpus (v1)",
  },
  {
    key: "container_cpu_throttled_percent",
    unit: "percent",
    kind: "gauge",
    description: "Share of the quota's periods since the last reading in which the container was stopped for the rest.",
    source: "nr_throttled and nr_periods of cpu.stat",
  },
] as const satisfies readonly MetricSpec[];

/** Where a quota is, and where what is used of it is counted. */
interface QuotaFiles {
  readonly quota: () => number | undefined;
  /** Microseconds of CPU time. */
  readonly usage: () => number | undefined;
  readonly stat: KeptFile;
  close(): void;
}

/** The CPU that control groups leave to this process, and what is used of it. See container.ts. */
export function openContainerCpu(host: Host): ContainerPart {
  const online = parseCpuStat(readSmallFile(`${host.proc}/stat`) ?? "").cores.size || Number.POSITIVE_INFINITY;
  const groups = findCgroup(host, "cpu");
  const cpus = Math.min(online, allowedCpus(host) ?? online);
  const quotas =
    groups === undefined ? [] : groups.folders.map((folder) => readQuota(folder, groups.version) ?? online);
  const tightest = Math.min(cpus, ...quotas);
  if (groups === undefined || !(tightest < online)) {
    return partWithout(keysOf(CONTAINER_CPU_METRICS), whyNoLimit(online));
  }
  const level = Math.max(0, quotas.indexOf(Math.min(...quotas)));
  const files = openQuota(host, groups, tightest < cpus ? level : 0);
  if (files === undefined) {
    return partWithout(
      keysOf(CONTAINER_CPU_METRICS),
      `${groups.folders[level]} does not tell the CPU time that was used`,
    );
  }
  const limit = () => Math.min(cpus, files.quota() ?? cpus);
  const rates = createRates(host.now(), [files.usage() ?? 0]);
  const throttledShare = createShare(files.stat);
  const hasQuota = tightest < cpus;
  return {
    unavailable: hasQuota
      ? []
      : [
          unavailable(
            ["container_cpu_throttled_percent"],
            "a set of CPUs is the limit here, and no quota of their time",
          ),
        ],
    sample(): Reading[] {
      const usage = files.usage();
      const [used] = usage === undefined ? [] : rates.since(host.now(), [usage]);
      return readingsOf({
        // Microseconds per second and core; a burst that the quota saved up may go a little above it.
        container_cpu_percent: used === undefined ? undefined : Math.min(100, used / 10_000 / limit()),
        container_cpu_limit: limit(),
        container_cpu_throttled_percent: hasQuota ? throttledShare() : undefined,
      });
    },
    close: () => files.close(),
  };
}

function whyNoLimit(online: number): string {
  const machine = Number.isFinite(online) ? `the ${online} CPUs of this machine` : "what this machine has";
  return `no control group limits this process to less than ${machine}`;
}

/** The CPUs of the nearest group that has a set of its own. */
function allowedCpus(host: Host): number | undefined {
  for (const folder of findCgroup(host, "cpuset")?.folders ?? []) {
    for (const name of ["cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"]) {
      const count = countCpus(readSmallFile(`${folder}/${name}`) ?? "");
      if (count !== undefined) return count;
    }
  }
  return undefined;
}

function readQuota(folder: string, version: 1 | 2): number | undefined {
  if (version === 2) return parseCpuMax(readSmallFile(`${folder}/cpu.max`) ?? "");
  const [quota = "", period = ""] = ["quota", "period"].map((name) => readSmallFile(`${folder}/cpu.cfs_${name}_us`));
  return parseCfsQuota(quota, period);
}

function openQuota(host: Host, groups: CgroupFolders, level: number): QuotaFiles | undefined {
  const folder = groups.folders[level] ?? "";
  const stat = keepOpen(`${folder}/cpu.stat`, []);
  if (isReason(stat)) return undefined;
  const usage = groups.version === 2 ? stat : openUsage(host, groups, level);
  if (isReason(usage)) {
    stat.close();
    return undefined;
  }
  return {
    // Read by its path each time: a limit changes, and one reading of it costs little beside the rest.
    quota: () => readQuota(folder, groups.version),
    usage: () => (usage === stat ? parseFlatKeyed(stat.read()).get("usage_usec") : nanosToMicros(usage.read())),
    stat,
    close() {
      stat.close();
      if (usage !== stat) usage.close();
    },
  };
}

/** Version 1 may count CPU time in a hierarchy of its own, in which the group has the same height. */
function openUsage(host: Host, groups: CgroupFolders, level: number) {
  const accounts = findCgroup(host, "cpuacct")?.folders ?? [];
  const height = groups.folders.length - level;
  const folder = accounts[Math.max(0, accounts.length - height)] ?? "";
  return keepOpen(existsSync(folder) ? `${folder}/cpuacct.usage` : "cpuacct.usage", []);
}

function nanosToMicros(text: string): number | undefined {
  const nanoseconds = parseSize(text);
  return nanoseconds === undefined ? undefined : nanoseconds / 1000;
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
