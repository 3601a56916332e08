import type { ChildProcess } from "node:child_process";
import { execa } from "execa";
import type { ChildExit } from "./child-exit.ts";

/** How the child is started. */
export interface LaunchOptions {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Our own, or a descriptor. */
  readonly stdin: "inherit" | number;
  /** Write ends for the child's stdout and stderr; `pipe` has Node make a socket pair. */
  readonly stdout: number | "pipe";
  readonly stderr: number | "pipe";
  /** The child leads a session and a process group of its own, instead of being in ours. */
  readonly ownSession: boolean;
}

/** The child is running. */
export interface Launched {
  readonly process: ChildProcess;
  readonly pid: number;
  /** When it was launched, in milliseconds since the epoch. */
  readonly launched: number;
  readonly exit: Promise<ChildExit>;
}

/** What stands for the system's code where all that is known is that there was not enough of something. */
export const OUT_OF_RESOURCES = "EAGAIN";

/** The child could not be started; `errno` is the system's code, such as ENOENT. */
export interface NotLaunched {
  readonly errno: string;
}

/**
 * Starts the child.
 *
 * Everything that execa does for short helper programs is switched off: it would fail the child at 100 MB of output
 * (`buffer`), kill it when we end (`cleanup`), and turn a SIGTERM into a SIGKILL after five seconds
 * (`forceKillAfterDelay`). The end is taken from `exit`, not from execa's promise, which waits for everybody who
 * inherited the output.
 */
export async function launch(options: LaunchOptions): Promise<Launched | NotLaunched> {
  const child = spawnChild(options);
  if (!child) return { errno: OUT_OF_RESOURCES };
  const exit = new Promise<ChildExit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal, ended: Date.now() }));
  });
  if (child.pid === undefined) {
    const result = await child;
    return { errno: result.code ?? OUT_OF_RESOURCES };
  }
  return { process: child, pid: child.pid, launched: Date.now(), exit };
}

function spawnChild(options: LaunchOptions) {
  const [file = "", ...args] = options.command;
  const settings = {
    env: options.env,
    extendEnv: false,
    // execa takes any descriptor; its types know only the digits.
    stdin: options.stdin as "inherit",
    stdout: options.stdout as "pipe",
    stderr: options.stderr as "pipe",
    detached: options.ownSession,
    buffer: false,
    cleanup: false,
    forceKillAfterDelay: false,
    reject: false,
    stripFinalNewline: false,
  } as const;
  try {
    return execa(file, args, settings);
  } catch (error) {
    // Where spawn(2) fails for want of descriptors, execa trips over the streams that are not there.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
