import { type ChildProcess, spawn } from "node:child_process";
import type { AlertAction } from "../model/alert.ts";
import { killGroup } from "../probes/kill-group.ts";

/** A command of an alert that is running. */
export interface RunningAction {
  /** How it went, in a few words. Never rejects. */
  readonly outcome: Promise<{ readonly ok: boolean; readonly detail: string }>;
  /** Kills it and everything that it started. */
  kill(): void;
}

/**
 * Starts a command with an alert on its stdin. What it prints goes nowhere: the terminal is the training's. It is killed
 * with everything that it has started when its time is over.
 */
export function startAlertCommand(
  { command, cwd, timeout }: Extract<AlertAction, { kind: "command" }>,
  env: NodeJS.ProcessEnv,
  input: string,
): RunningAction {
  const [file = "", ...args] = command;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd, env, stdio: ["pipe", "ignore", "ignore"], detached: true, windowsHide: true });
  } catch (error) {
    const detail = `cannot be started (${error instanceof Error ? error.message : String(error)})`;
    return { outcome: Promise.resolve({ ok: false, detail }), kill: () => {} };
  }
  const kill = () => killGroup(child);
  // It need not read what it is told.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  const outcome = new Promise<{ ok: boolean; detail: string }>((resolve) => {
    const settle = (ok: boolean, detail: string) => {
      clearTimeout(timer);
      resolve({ ok, detail });
    };
    const timer = setTimeout(() => {
      kill();
      settle(false, `did not end within ${timeout / 1000} s and was killed`);
    }, timeout);
    child.once("error", (error: NodeJS.ErrnoException) =>
      settle(false, `cannot be started (${error.code ?? error.message})`),
    );
    child.once("exit", (code, signal) =>
      settle(code === 0, signal === null ? `exit status ${code}` : `was ended by ${signal}`),
    );
  });
  return { outcome, kill };
}
