import { type ChildProcess, spawn } from "node:child_process";
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
  /** Milliseconds since the epoch. */
  readonly now: () => number;
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

/** Starts the child. Its end is taken from `exit`, not from `close`, which waits for everybody who inherited the output. */
export async function launch(options: LaunchOptions): Promise<Launched | NotLaunched> {
  const start = process.platform === "win32" ? await spawnOnWindows() : spawn;
  const [file = "", ...args] = options.command;
  let child: ChildProcess;
  try {
    child = start(file, args, {
      env: options.env,
      stdio: [options.stdin, options.stdout, options.stderr],
      detached: options.ownSession,
    });
  } catch (error) {
    // Node tells the commoner refusals by an event, and throws the others, such as E2BIG.
    return { errno: codeOf(error) };
  }
  const { pid } = child;
  if (pid === undefined) {
    return new Promise((resolve) => child.once("error", (error) => resolve({ errno: codeOf(error) })));
  }
  const exit = new Promise<ChildExit>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal, ended: options.now() }));
  });
  return { process: child, pid, launched: options.now(), exit };
}

/** Windows starts no script by itself, `npx` and `conda` among them; cross-spawn has the shell do it, with its quoting. */
async function spawnOnWindows(): Promise<typeof spawn> {
  const { default: crossSpawn } = await import("cross-spawn");
  return crossSpawn as typeof spawn;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? OUT_OF_RESOURCES;
}
