import type { Host } from "../model/probe.ts";

import { countCpus, parseCfsQuota, parseCpuMax } from "./cgroup-files.ts";
import type { CgroupFolders } from "./cgroup-folders.ts";
import { findCgroup } from "./cgroup-folders.ts";
import { parseCpuStat } from "./cpu-times.ts";
import { readSmallFile } from "./small-file.ts";

/** The tightest of all limits on the CPUs of this process. */
export interface CpuLimit {
  readonly kind: "quota" | "set" | "affinity";
  /** Cores, as they are now: a quota can be changed while it is in use. */
  cores(): number;
  /** The file that it stands in. */
  readonly by: string;
  /** The groups that account for CPU time, and which of them is limited; no group is by an affinity. */
  readonly groups?: CgroupFolders;
  readonly level: number;
}

/** CPUs that are online; infinite where that is not told. */
export function onlineCpus(host: Host): number {
  return parseCpuStat(readSmallFile(`${host.proc}/stat`) ?? "").cores.size || Number.POSITIVE_INFINITY;
}

/**
 * The least of the quotas of this process's group and those above it, of its set of CPUs, and of the CPUs that it may run
 * on (taskset, a batch system without control groups). Nothing where that is no less than what the machine has.
 */
export function findCpuLimit(host: Host): CpuLimit | undefined {
  const steady = [...sets(host), ...affinity(host)];
  const most = Math.min(onlineCpus(host), ...steady.map((limit) => limit.cores()));
  const limits = [...quotas(host), ...steady];
  const least = Math.min(...limits.map((limit) => limit.cores()));
  if (!(least < onlineCpus(host))) return undefined;
  const tightest = limits.find((limit) => limit.cores() === least);
  // A quota that is raised may leave more than the CPUs that there are for us.
  return tightest && { ...tightest, cores: () => Math.min(most, tightest.cores()) };
}

function quotas(host: Host): CpuLimit[] {
  const groups = findCgroup(host, "cpu");
  return (groups?.folders ?? []).map((folder, level) => ({
    kind: "quota",
    // Read by its path each time: one reading of it costs little beside the rest.
    cores: () => readQuota(folder, groups?.version) ?? Number.POSITIVE_INFINITY,
    by: `${folder}/${groups?.version === 1 ? "cpu.cfs_quota_us" : "cpu.max"}`,
    ...(groups === undefined ? {} : { groups }),
    level,
  }));
}

function readQuota(folder: string, version: 1 | 2 | undefined): number | undefined {
  if (version === 2) return parseCpuMax(readSmallFile(`${folder}/cpu.max`) ?? "");
  const [quota = "", period = ""] = ["quota", "period"].map((name) => readSmallFile(`${folder}/cpu.cfs_${name}_us`));
  return parseCfsQuota(quota, period);
}

/** The CPUs of the nearest group that has a set of its own. */
function sets(host: Host): CpuLimit[] {
  const groups = findCgroup(host, "cpu");
  for (const folder of findCgroup(host, "cpuset")?.folders ?? []) {
    for (const name of ["cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"]) {
      const cores = countCpus(readSmallFile(`${folder}/${name}`) ?? "");
      if (cores === undefined) continue;
      const by = `${folder}/${name}`;
      return [{ kind: "set", cores: () => cores, by, ...(groups === undefined ? {} : { groups }), level: 0 }];
    }
  }
  return [];
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html: `Cpus_allowed_list:	0-3` */
function affinity(host: Host): CpuLimit[] {
  const file = `${host.proc}/self/status`;
  const [, list = ""] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readSmallFile(file) ?? "") ?? [];
  const cores = countCpus(list);
  return cores === undefined ? [] : [{ kind: "affinity", cores: () => cores, by: file, level: 0 }];
}
