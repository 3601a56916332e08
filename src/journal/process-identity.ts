import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { foreignNumbers } from "../model/process-numbers.ts";

/** A process, so that it can be told from a later one with the same number. */
export interface ProcessIdentity {
  /** The machine, and on Linux the process-id namespace: a container may share a machine's name, but not its numbers. */
  readonly host: string;
  readonly pid: number;
  /** When it was started, in a form that is only good for comparing; absent where the system does not tell (no /proc, or not ours). */
  readonly started?: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return processHere(process.pid);
}

/** A process of this host that is running now. */
export function processHere(pid: number): ProcessIdentity {
  const started = startOf(pid);
  return { host: thisHost(), pid, ...(started === undefined ? {} : { started }) };
}

/**
 * Whether a process of this host is still there: the same one, not a later one with its number, and not a zombie.
 * @throws never; a process that cannot be looked at counts as alive.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const started = startOf(identity.pid);
  if (started === undefined) return true;
  return identity.started === undefined ? !started.endsWith(":dead") : started === identity.started;
}

/** Where in /proc/<pid>/stat, behind the name, these are. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const STATE_FIELD = 0;
const START_FIELD = 19;
const PENDING_FIELD = 28;
/** The bit of SIGKILL in a set of signals. */
const KILL_BIT = 1 << 8;

/**
 * Start time in clock ticks since the boot, from the text of /proc/<pid>/stat; `dead` for a zombie, and for one that was
 * killed while it hangs in a driver or on a dead mount: it stays where it is, and will do nothing any more.
 * `4711 (a (strange) name) S 1 …`: the name may hold spaces and parentheses, so the fields begin behind the last one.
 */
export function parseStart(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[STATE_FIELD];
  const isDoomed = (Number(fields[PENDING_FIELD]) & KILL_BIT) !== 0;
  return state === "Z" || state === "X" || isDoomed ? "dead" : fields[START_FIELD];
}

/** Whether the processes in /proc have other numbers than ours; see `foreignNumbers`. */
export function hasForeignNumbers(): boolean {
  return (
    foreignNumbers(
      readOrUndefined(() => readlinkSync("/proc/self")),
      process.pid,
    ) !== undefined
  );
}

function startOf(pid: number): string | undefined {
  if (hasForeignNumbers()) return undefined;
  const ticks = readOrUndefined(() => parseStart(readFileSync(`/proc/${pid}/stat`, "utf8")));
  // Ticks count from the boot, so they mean nothing without saying which.
  const boot = readOrUndefined(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  return ticks === undefined ? undefined : `${boot ?? ""}:${ticks}`;
}

function thisHost(): string {
  const namespace = readOrUndefined(() => readlinkSync("/proc/self/ns/pid"));
  return namespace === undefined ? hostname() : `${hostname()} ${namespace}`;
}

function readOrUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // No /proc, or one that hides this process: what cannot be known is left out, and nobody is declared dead for it.
    return undefined;
  }
}
