import { arch, cpus, hostname, release, totalmem } from "node:os";

import type { Host } from "../model/probe.ts";

import { isNamed, physicalCores } from "./elsewhere.ts";
import { findCpuLimit } from "./container-cpu-limit.ts";
import { findMemoryLimit } from "./container-memory.ts";
import { gpuFacts } from "./gpu-facts.ts";
import { countPhysicalCores } from "./physical-cores.ts";
import { readSmallFile } from "./small-file.ts";

/** What a machine is: facts by name, such as `cpu_model`; what is not known is absent. */
export type Inventory = Record<string, string | number>;

/**
 * What this machine is, taken once.
 *
 * On Linux from /proc, /sys, /etc/os-release and Node, without starting a program; on macOS and Windows through
 * systeminformation, which is loaded for it then. `etc` is the folder of os-release.
 */
export async function readInventory(host: Host, etc = "/etc"): Promise<Inventory> {
  const special = host.platform === "linux" ? linuxFacts(host, etc) : await factsElsewhere();
  return withoutAbsent({
    hostname: hostname(),
    platform: host.platform,
    arch: arch(),
    kernel: release(),
    node: process.version,
    cpu_count_logical: cpus().length,
    memory_total: totalmem(),
    ...special,
    ...(await gpuFacts(host)),
  });
}

type Facts = Readonly<Record<string, string | number | undefined>>;

function linuxFacts(host: Host, etc: string): Facts {
  return {
    os: parsePrettyName(readSmallFile(`${etc}/os-release`) ?? ""),
    cpu_model: parseCpuModel(readSmallFile(`${host.proc}/cpuinfo`) ?? ""),
    cpu_count_physical: countPhysicalCores(host),
    container_cpu_limit_by: findCpuLimit(host)?.by,
    container_memory_limit_by: findMemoryLimit(host)?.by,
  };
}

async function factsElsewhere(): Promise<Facts> {
  const { cpu, osInfo } = await import("systeminformation");
  const [processor, system] = await Promise.all([cpu(), osInfo()]);
  return {
    os: isNamed(system.distro) ? [system.distro, system.release].filter(isNamed).join(" ") : undefined,
    cpu_model: isNamed(processor.brand)
      ? [processor.manufacturer, processor.brand].filter(isNamed).join(" ")
      : undefined,
    cpu_count_physical: physicalCores(processor),
  };
}

/**
 * The name of the distribution. Pure. https://www.freedesktop.org/software/systemd/man/os-release.html
 *
 *   PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
 */
export function parsePrettyName(text: string): string | undefined {
  return /^PRETTY_NAME=(["']?)(.*)\1$/m.exec(text)?.[2];
}

/**
 * The processor's name in /proc/cpuinfo; ARM has none there. Pure.
 *
 *   model name	: AMD EPYC 7763 64-Core Processor
 */
export function parseCpuModel(text: string): string | undefined {
  return /^model name\s*:\s*(\S.*?)\s*$/m.exec(text)?.[1];
}

function withoutAbsent(facts: Facts): Inventory {
  const inventory: Inventory = {};
  for (const [name, fact] of Object.entries(facts)) {
    if (fact !== undefined && fact !== "" && fact !== 0) inventory[name] = fact;
  }
  return inventory;
}
