import { existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";

import { onTestFinished, vi } from "vitest";

import { parseFlatKeyed, parseSize } from "../../src/probes/cgroup-files.ts";
import { findCgroup } from "../../src/probes/cgroup-folders.ts";
import { thisHost } from "../../src/probes/host.ts";

/** Control groups of a test's own, below those that it runs in. */
export interface ControlGroups {
  readonly version: 1 | 2;
  readonly cpu: string;
  readonly memory: string;
  /** The words that take a shell into them. */
  readonly enter: string;
  /** What the kernel has counted in them so far. */
  usage(): GroupUsage;
}

export interface GroupUsage {
  readonly cpuSeconds: number | undefined;
  /** Bytes in use that are no pages of files, each once: private ones, and those that are shared without a file. */
  readonly memory: number | undefined;
  /** Bytes written to disks; nothing in version 1, where the kernel counts what it writes later as its own. */
  readonly written: number | undefined;
}

/** Nothing where they cannot be made: not allowed, read only, or no controller is handed down to us. Removed after the test. */
export function makeControlGroups(): ControlGroups | undefined {
  const host = thisHost("/");
  const found = ["cpu", "cpuacct", "memory"].map((controller) => findCgroup(host, controller));
  const [cpu, cpuacct, memory] = found.map((groups) => join(groups?.folders[0] ?? "", `tracelet-test-${process.pid}`));
  const version = found[0]?.version;
  if (version === undefined || cpu === undefined || cpuacct === undefined || memory === undefined) return undefined;
  if (found.some((groups) => groups?.version !== version)) return undefined;
  const folders = [...new Set([cpu, cpuacct, memory])];
  try {
    for (const folder of folders) {
      mkdirSync(folder);
      onTestFinished(() => vi.waitFor(() => rmdirSync(folder), { timeout: 5000 }));
    }
  } catch {
    return undefined; // not allowed, or read only
  }
  const needed = version === 1 ? [cpu, cpuacct, memory] : [`${cpu}/cpu.max`, `${memory}/memory.max`];
  if (!needed.every((file) => existsSync(file))) return undefined;
  const enter = folders.map((folder) => `echo $$ > '${folder}/cgroup.procs';`).join(" ");
  const usage = () => (version === 1 ? usageOfFirst(cpuacct, memory) : usageOfSecond(cpu));
  return { version, cpu, memory, enter, usage };
}

function usageOfFirst(cpuacct: string, memory: string): GroupUsage {
  const nanoseconds = parseSize(readFileSync(`${cpuacct}/cpuacct.usage`, "utf8"));
  const stat = parseFlatKeyed(readFileSync(`${memory}/memory.stat`, "utf8"));
  return {
    cpuSeconds: nanoseconds === undefined ? undefined : nanoseconds / 1e9,
    memory: sumOf(stat.get("total_rss"), stat.get("total_shmem")),
    written: undefined,
  };
}

function usageOfSecond(folder: string): GroupUsage {
  const microseconds = parseFlatKeyed(readFileSync(`${folder}/cpu.stat`, "utf8")).get("usage_usec");
  const stat = parseFlatKeyed(readFileSync(`${folder}/memory.stat`, "utf8"));
  const io = existsSync(`${folder}/io.stat`) ? readFileSync(`${folder}/io.stat`, "utf8") : "";
  const written = [...io.matchAll(/ wbytes=(\d+)/g)].map(([, bytes]) => Number(bytes));
  return {
    cpuSeconds: microseconds === undefined ? undefined : microseconds / 1e6,
    memory: sumOf(stat.get("anon"), stat.get("shmem")),
    written: written.length === 0 ? undefined : Math.max(...written),
  };
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}
