import type { ChildProcess } from "node:child_process";
import { execa } from "execa";
import type { ChildExit } from "./child-exit.ts";

/** How the child is started. */
export interface LaunchOptions {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Write ends for the child's stdout and stderr; `pipe` has Node make a socket pair. */
  readonly stdout: number | "pipe";
  readonly stderr: number | "pipe";
}

/** The child is running. */
export interface Launched {
  readonly process: ChildProcess;
  readonly pid: number;
  /** When it was launched, in milliseconds since the epoch. */
  readonly launched: number;
  readonly exit: Promise<ChildExit>;
}

/** The child could not be started; `errno` is the system's code, such as ENOENT. */
export interface NotLaunched {
  readonly errno: string;
}

/**
 * Starts the child in our process group, with the user's stdin.
 *
 * Everything that execa does for short helper programs is switched off: it would fail the child at 100 MB of output
 * (`buffer`), kill it when we end (`cleanup`), and turn a SIGTERM into a SIGKILL after five seconds
 * (`forceKillAfterDelay`). The end is taken from `exit`, not from execa's promise, which waits for everybody who
 * inherited the output.
 */
export async function launch(options: LaunchOptions): Promise<Launched | NotLaunched> {
  const [file = "", ...args] = options.command;
  const child = execa(file, args, {
    env: options.env,
    extendEnv: false,
    stdin: "inherit",
    // execa takes any descriptor; its types know only the digits.
    stdout: options.stdout as "pipe",
    stderr: options.stderr as "pipe",
    buffer: false,
    cleanup: false,
    forceKillAfterDelay: false,
    reject: false,
    stripFinalNewline: false,
  });
  const exit = new Promise<ChildExit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal, ended: Date.now() }));
  });
  const spawned = child.pid;
  if (spawned === undefined) {
    const result = await child;
    return { errno: result.code ?? "UNKNOWN" };
  }
  return { process: child, pid: spawned, launched: Date.now(), exit };
}
