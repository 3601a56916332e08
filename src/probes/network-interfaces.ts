import { existsSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

import { listFolder, readSmallFile } from "./small-file.ts";

const ETHERNET = "1";
/** Interfaces that carry other interfaces' traffic again, for kernels or sandboxes whose sysfs says nothing of them. */
const VIRTUAL_NAME = /^(veth|docker|br-|virbr|cni|flannel|cali|ifb|dummy|tun|tap|wg|bond|team)/;

/**
 * Chooses the interfaces whose bytes count once: the physical ones; where there is none, as in a container, all but
 * loopback and those that carry another one's traffic again. Asks /sys/class/net when the set of names changes.
 */
export function createInterfaceFilter(sys: string): (names: readonly string[]) => readonly string[] {
  let asked = "";
  let chosen: readonly string[] = [];
  return (names) => {
    const question = names.join(" ");
    if (question !== asked) {
      asked = question;
      chosen = chooseInterfaces(`${sys}/class/net`, names);
    }
    return chosen;
  };
}

function chooseInterfaces(folder: string, names: readonly string[]): string[] {
  const physical = names.filter((name) => isPhysical(folder, name) && !isCountedInMaster(folder, name));
  if (physical.length > 0) return physical;
  return names.filter((name) => name !== "lo" && isEndpoint(folder, name));
}

function isPhysical(folder: string, name: string): boolean {
  return existsSync(`${folder}/${name}/device`);
}

/**
 * A bond or a bridge has no device, so its members count. A failover pair in a cloud (netvsc, virtio-net with a passed
 * through function) has one on both levels, and the upper one's counters contain the lower one's.
 */
function isCountedInMaster(folder: string, name: string): boolean {
  try {
    return isPhysical(folder, basename(readlinkSync(`${folder}/${name}/master`)));
  } catch {
    return false; // no master: the usual case
  }
}

/** Without a device: an Ethernet-like interface that is not built on others and not a port of a bridge. */
function isEndpoint(folder: string, name: string): boolean {
  const entries = listFolder(`${folder}/${name}`);
  if (entries === undefined) return !VIRTUAL_NAME.test(name);
  if (entries.some((entry) => entry.startsWith("lower_"))) return false;
  if (["bridge", "brport", "bonding", "tun_flags"].some((entry) => entries.includes(entry))) return false;
  return !/^(ifb|dummy)\d+$/.test(name) && readSmallFile(`${folder}/${name}/type`) === ETHERNET;
}
