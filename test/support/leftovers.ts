import { readdirSync, readlinkSync } from "node:fs";

/**
 * Ends every process whose current folder is this one or below it: what a test has left behind that failed or was cut
 * short. A loop in a shell that nobody stops any more would disturb every test and every measurement after it.
 */
export function endProcessesIn(folder: string): void {
  if (process.platform !== "linux") return;
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name) && Number(name) !== process.pid && currentFolderOf(name).startsWith(folder))
      end(Number(name));
  }
}

function currentFolderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ""; // it has ended, or is somebody else's
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
