import { existsSync } from "node:fs";

import type { Host } from "../model/probe.ts";

import { parseFlatKeyed, parseSize } from "./cgroup-files.ts";
import type { CgroupFolders } from "./cgroup-folders.ts";
import { findCgroup } from "./cgroup-folders.ts";
import { keepOpen } from "./kept-file.ts";
import { isReason } from "./readings.ts";

/** The CPU time of one control group. */
export interface CpuUsage {
  /** Microseconds since the group was made; nothing where its file does not say. */
  read(): number | undefined;
  close(): void;
}

/**
 * Opens the count of a group: `usage_usec` of cpu.stat (version 2), or cpuacct.usage in nanoseconds (version 1).
 * @param level which of the groups, 0 being the process's own
 */
export function openCpuUsage(host: Host, groups: CgroupFolders, level: number): CpuUsage | undefined {
  const file =
    groups.version === 2
      ? keepOpen(`${groups.folders[level]}/cpu.stat`, [])
      : keepOpen(accountOf(host, groups, level), []);
  if (isReason(file)) return undefined;
  const parse =
    groups.version === 2 ? (text: string) => parseFlatKeyed(text).get("usage_usec") : nanosecondsToMicroseconds;
  return { read: () => parse(file.read()), close: () => file.close() };
}

/** Version 1 may count CPU time in a hierarchy of its own, in which the group has the same height. */
function accountOf(host: Host, groups: CgroupFolders, level: number): string {
  const accounts = findCgroup(host, "cpuacct")?.folders ?? [];
  const height = groups.folders.length - level;
  const folder = accounts[Math.max(0, accounts.length - height)] ?? "";
  return existsSync(folder) ? `${folder}/cpuacct.usage` : "cpuacct.usage";
}

function nanosecondsToMicroseconds(text: string): number | undefined {
  const nanoseconds = parseSize(text);
  return nanoseconds === undefined ? undefined : nanoseconds / 1000;
}
