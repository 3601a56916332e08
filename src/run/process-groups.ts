import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { hasForeignNumbers } from "../journal/process-identity.ts";

/** What /proc/<pid>/stat says of a process's place. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export interface ProcessPlace {
  /** One letter: `T` is stopped. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** The process group in the foreground of its terminal; −1 where it has none. */
  readonly foreground: number;
}

/** How a process takes a signal that it does not leave to the kernel. */
export type Handling = "catches" | "ignores";

/** Absent where there is no /proc or one with other numbers, and where the process has gone. */
export function placeOf(pid: number | "self"): ProcessPlace | undefined {
  return pid !== "self" && hasForeignNumbers() ? undefined : readPlace(pid);
}

function readPlace(pid: number | "self"): ProcessPlace | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "", ...numbers] = stat.slice(stat.lastIndexOf(")") + 2).split(" ", 6);
    const [parent = 0, group = 0, session = 0, , foreground = -1] = numbers.map(Number);
    return { state, parent, group, session, foreground };
  } catch {
    return undefined;
  }
}

/**
 * Whether our process group is orphaned: no parent of one of its members is in another group of the same session, as a
 * shell with job control would be. Nobody would ever continue it, and the kernel does not let a terminal stop it.
 */
export function isOwnGroupOrphaned(): boolean {
  const own = readPlace("self");
  if (own === undefined) return false;
  // Whichever numbers /proc has, those of a place are from the same ones.
  let parent = readPlace(own.parent);
  while (parent !== undefined && parent.group === own.group) parent = readPlace(parent.parent);
  return parent?.session !== own.session;
}

/** The processes of a group. Empty where there is no /proc, or one with other numbers. */
export function membersOf(group: number): number[] {
  try {
    const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
    return pids.filter((pid) => placeOf(pid)?.group === group);
  } catch {
    return [];
  }
}

/**
 * How a process takes a signal, from the masks in /proc/<pid>/status. Absent where it leaves it to the kernel.
 * @throws where there is no /proc or one with other numbers, and where the process has gone.
 * https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function handlingOf(pid: number, signal: NodeJS.Signals): Handling | undefined {
  if (hasForeignNumbers()) throw new Error("/proc has other process numbers");
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const bit = 1n << BigInt(constants.signals[signal] - 1);
  const has = (mask: string) => {
    const digits = new RegExp(`^${mask}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
    return digits !== undefined && (BigInt(`0x${digits}`) & bit) !== 0n;
  };
  if (has("SigCgt")) return "catches";
  return has("SigIgn") ? "ignores" : undefined;
}
