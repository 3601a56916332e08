import type { Host } from "../model/probe.ts";

import { listFolder, readSmallFile } from "./small-file.ts";

/**
 * Physical cores that are online, or `undefined` where neither sysfs nor /proc/cpuinfo tells them.
 *
 * sysfs first: /proc/cpuinfo has no core ids on ARM. Reads one small file per logical CPU, once.
 * https://docs.kernel.org/admin-guide/cputopology.html
 */
export function countPhysicalCores(host: Host): number | undefined {
  return countFromTopology(`${host.sys}/devices/system/cpu`) ?? countFromCpuinfo(host);
}

/** Hyper-threads of one core have the same list of siblings. An offline CPU has no topology. */
function countFromTopology(folder: string): number | undefined {
  const siblings = new Set<string>();
  for (const name of listFolder(folder) ?? []) {
    if (!/^cpu\d+$/.test(name)) continue;
    const topology = `${folder}/${name}/topology`;
    const list = readSmallFile(`${topology}/core_cpus_list`) ?? readSmallFile(`${topology}/thread_siblings_list`);
    if (list !== undefined && list !== "") siblings.add(list);
  }
  return siblings.size || undefined;
}

function countFromCpuinfo(host: Host): number | undefined {
  return parsePhysicalCores(readSmallFile(`${host.proc}/cpuinfo`) ?? "");
}

/**
 * Unique pairs of `physical id` and `core id` in /proc/cpuinfo; `undefined` where it has none. Pure.
 *
 *   physical id	: 0
 *   core id		: 1
 */
export function parsePhysicalCores(text: string): number | undefined {
  const cores = new Set<string>();
  for (const block of text.split(/\n\s*\n/)) {
    const socket = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1];
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) cores.add(`${socket ?? 0}:${core}`);
  }
  return cores.size || undefined;
}
