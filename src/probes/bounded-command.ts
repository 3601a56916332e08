import { spawn } from "node:child_process";
import type { CommandGuard } from "./command-guard.ts";
import { killGroup } from "./kill-group.ts";

export interface BoundedCommand {
  readonly command: readonly string[];
  readonly cwd: string;
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  /** Left out, our own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The most that it may print, where it is not as for lists of numbers. */
  readonly mostBytes?: number;
  /** Ends it should we be killed. */
  readonly guard?: CommandGuard;
}

/** A program that is running. */
export interface RunningCommand {
  /** What it printed on stdout. Rejects with a reason in a few words when it failed, hung, flooded or never started. */
  readonly output: Promise<string>;
  /** Kills it and everything that it started. */
  kill(): void;
}

/** More output than this is no list of numbers. */
const MOST_BYTES = 64 * 1024;

/** Milliseconds that its output may still be on its way when it has ended. */
const DRAIN_MS = 200;

/**
 * Starts a program with nothing to read, in a process group of its own, so that all of it can be ended: what it leaves
 * behind in that group ends with it. Its output is complete when it has ended, also where something holds it open.
 */
export function runBounded(options: BoundedCommand): RunningCommand {
  const { command, cwd, timeout, env, mostBytes = MOST_BYTES, guard } = options;
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    cwd,
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
    windowsHide: true,
    ...(env === undefined ? {} : { env }),
  });
  if (child.pid !== undefined) guard?.add(child.pid);
  const kill = () => {
    killGroup(child);
    if (child.pid !== undefined) guard?.remove(child.pid);
  };
  const output = new Promise<string>((resolve, reject) => {
    const stop = (reason: string) => {
      clearTimeout(timer);
      kill();
      child.stdout.destroy();
      reject(new Error(reason));
    };
    const timer = setTimeout(stop, timeout, `did not end within ${timeout / 1000} s`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) stop(`printed more than ${mostBytes / 1024} KiB`);
    });
    child.once("error", (error: NodeJS.ErrnoException) => stop(`cannot be started (${error.code ?? error.message})`));
    const settle = (code: number | null, signal: NodeJS.Signals | null) => {
      if (code !== 0) stop(signal === null ? `ended with exit status ${code}` : `was ended by ${signal}`);
      clearTimeout(timer);
      kill();
      child.stdout.destroy();
      resolve(Buffer.concat(chunks).toString("utf8"));
    };
    child.once("exit", (code, signal) => {
      const drain = setTimeout(settle, DRAIN_MS, code, signal);
      child.once("close", () => {
        clearTimeout(drain);
        settle(code, signal);
      });
    });
  });
  return { output, kill };
}
