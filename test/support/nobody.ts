import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { isInstalled } from "./installed.ts";
import { endProcessesIn } from "./leftovers.ts";
import { type Ended, EXECUTABLE, start, type StartOptions } from "./tracelet.ts";

const AS_NOBODY = ["--reuid", "54321", "--regid", "54321", "--clear-groups"];

/** Folders for everybody's files; the one that the tests use may be this user's alone. */
const FOLDERS = [tmpdir(), "/tmp", "/var/tmp", "/dev/shm"];
const folder = isNobodyAbleTo(["test", "-r", EXECUTABLE])
  ? FOLDERS.find((path) => isNobodyAbleTo(["test", "-x", path]))
  : undefined;

/** Whether tracelet can be started as another user than this one, who has no name and no rights. */
export const canBeNobody = folder !== undefined;
if (!canBeNobody) process.stderr.write("skipped: the tests as another user, which need root and setpriv\n");

/** What a login sets, and a container that is started under a user id does not. */
const NO_LOGIN = { USER: undefined, LOGNAME: undefined, SHELL: undefined, HOME: undefined };

/** Runs `tracelet ARGS…` as a user without name and rights, as which a container may be started. */
export function traceletOfNobody(args: readonly string[], options: StartOptions): Promise<Ended> {
  const words = [...AS_NOBODY, process.execPath, EXECUTABLE, ...args];
  return start("setpriv", words, { ...options, env: { ...NO_LOGIN, ...options.env } }).ended;
}

/** A folder that such a user can enter and write to, which is removed after the test. */
export function folderOfNobody(): string {
  const path = mkdtempSync(join(folder ?? tmpdir(), "tracelet-test-"));
  onTestFinished(() => {
    endProcessesIn(path);
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  });
  chmodSync(path, 0o777);
  return path;
}

function isNobodyAbleTo(command: readonly string[]): boolean {
  if (process.getuid?.() !== 0 || !isInstalled("setpriv")) return false;
  return spawnSync("setpriv", [...AS_NOBODY, ...command]).status === 0;
}
