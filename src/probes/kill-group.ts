import type { ChildProcess } from "node:child_process";

/** Kills a program that was started `detached`, and everything that it started and that has stayed in its group. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // The whole group has ended already.
  }
}
