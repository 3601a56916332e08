import { readFile } from "node:fs/promises";

import type { MetricSpec, Reading } from "../model/metric.ts";
import type { Host } from "../model/probe.ts";

import { errorCode, keepOpen } from "./kept-file.ts";
import type { ProcessScan } from "./process-scan.ts";
import type { ProcessStat } from "./process-stat.ts";
import { createPssPace } from "./pss-pace.ts";
import { isReason, keysOf, readingsOf, unavailable } from "./readings.ts";
import type { ScanningProbe } from "./scanning-probe.ts";

const METRICS = [
  {
    key: "workload_memory_pss",
    unit: "bytes",
    kind: "gauge",
    description:
      "Memory of the command and everything below it, each page divided among the processes that share it; read after 5, 10, " +
      "20 and 40 seconds and then once a minute, less often where that takes long, and not where it would hold a process up.",
    source: "/proc/<pid>/smaps_rollup",
  },
] as const satisfies readonly MetricSpec[];

/**
 * What the command's processes would give back if all of them ended. Unlike the sum of their resident memory it counts
 * what workers of a data loader share once. The kernel walks through all pages of a process for it, and the process cannot
 * change its mappings meanwhile: `pss-pace.ts` says how seldom that is done.
 * https://docs.kernel.org/filesystems/proc.html (smaps_rollup)
 *
 * Unavailable: kernels before Linux 4.14, and those without CONFIG_PROC_PAGE_MONITOR.
 * Left out: between those readings, where there is no workload, and where one of its processes does not let us look.
 */
export const workloadMemory: ScanningProbe = {
  id: "workload_memory",
  metrics: METRICS,
  open(host, scan) {
    const own = keepOpen(`${host.proc}/self/smaps_rollup`, keysOf(METRICS));
    if (isReason(own)) return Promise.resolve(own);
    const text = own.read();
    own.close();
    if (parsePss(text) === undefined) return Promise.resolve(unavailable(keysOf(METRICS), `${own.path} has no Pss`));
    const pace = createPssPace();
    return Promise.resolve({
      sample(target) {
        if (target.pid === undefined) return [];
        const members = scan.workload(target).processes;
        const sizes = () => living(members).map(({ rssPages }) => rssPages * scan.units.pageSize);
        if (members.size === 0 || !pace.isDue(host.now(), sizes)) return [];
        return readAll(host, scan, living(members), (bytes, milliseconds) => pace.took(bytes, milliseconds));
      },
      close: () => undefined,
    });
  },
};

function living(members: ReadonlyMap<number, ProcessStat>): ProcessStat[] {
  return [...members.values()].filter(({ state }) => state !== "Z");
}

async function readAll(
  host: Host,
  scan: ProcessScan,
  processes: readonly ProcessStat[],
  took: (bytes: number, milliseconds: number) => void,
): Promise<readonly Reading[]> {
  if (processes.length === 0) return [];
  let sum = 0;
  for (const { pid, rssPages } of processes) {
    const before = host.now();
    // Not on the event loop: everything else goes on meanwhile.
    const pss = await readPss(`${host.proc}/${pid}/smaps_rollup`);
    took(rssPages * scan.units.pageSize, host.now() - before);
    // A sum without one of them would be a smaller number, and no less believable.
    if (pss === undefined) return [];
    sum += pss;
  }
  return readingsOf({ workload_memory_pss: sum });
}

/** 0 for a process that has ended meanwhile; nothing where it cannot be read. */
async function readPss(path: string): Promise<number | undefined> {
  try {
    return parsePss(await readFile(path, "utf8"));
  } catch (error) {
    const code = errorCode(error) ?? "";
    return code === "ENOENT" || code === "ESRCH" ? 0 : undefined;
  }
}

/**
 * Bytes. Pure.
 *
 *   55ccc69a4000-7ffe2c4ab000 ---p 00000000 00:00 0                          [rollup]
 *   Rss:                1604 kB
 *   Pss:                 176 kB            kB here means KiB
 *   Pss_Anon:            112 kB            and others that are not needed
 */
export function parsePss(text: string): number | undefined {
  const [, kibibytes] = /^Pss: +(\d+) kB$/m.exec(text) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
