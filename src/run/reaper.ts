import { readFileSync } from "node:fs";
import { placeOf } from "./process-groups.ts";

/** waitpid(2): do not wait. */
const WNOHANG = 1;
/** Processes end in swarms: one look for all that ended within this time. */
const COLLECT_MS = 100;

/** Waits for a process that has ended, so that it goes away. */
type WaitPid = (pid: number) => void;

/**
 * What the first process of a container owes the others: those whose parent has ended become its children, and stay as
 * zombies, each with a process number, until it waits for them. Node waits for the children that it has started only.
 * Does nothing where koffi cannot be loaded, or where /proc/<pid>/task/<tid>/children is missing.
 * @param isOurs whether Node waits for this process
 */
export async function reapOrphans(isOurs: (pid: number) => boolean): Promise<void> {
  const waitPid = await loadWaitPid().catch(() => undefined);
  if (waitPid === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const reap = () => {
    timer = undefined;
    for (const pid of ownChildren()) if (!isOurs(pid) && placeOf(pid)?.state === "Z") waitPid(pid);
  };
  process.on("SIGCHLD", () => {
    timer ??= setTimeout(reap, COLLECT_MS).unref();
  });
  reap();
}

async function loadWaitPid(): Promise<WaitPid> {
  const { default: koffi } = await import("koffi");
  const waitpid = koffi.load(null).func("int waitpid(int pid, void *status, int options)");
  return (pid) => void waitpid(pid, null, WNOHANG);
}

/** Started by us or left to us. https://man7.org/linux/man-pages/man5/proc_pid_task.5.html */
function ownChildren(): number[] {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // no /proc, or a kernel without it
  }
}
