import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { inject } from "vitest";

import { isAlive, withLock } from "./lock.ts";
import { launchMlflow, type RunningMlflow } from "./server.ts";
import { isAvailable } from "../python-environment.ts";
import { mlflowPython } from "./venv.ts";

/**
 * The server that all test files of one vitest run share; the first that asks starts it. It ends with the run: by the
 * teardown of `global-setup.ts`, and should the run be killed, by its own guard.
 */
export async function sharedMlflow(): Promise<{ url: string; python: string }> {
  const owner = inject("mlflowOwner") ?? process.ppid;
  await mkdir(stateFolder(owner), { recursive: true });
  return withLock(path.join(stateFolder(owner), "lock"), async () => {
    const running = await runningMlflow(owner);
    if (running !== undefined) return running;
    const server = await launchMlflow(owner);
    await writeFile(stateFile(owner), JSON.stringify(server));
    return server;
  });
}

/**
 * Whether the tests with a real MLflow can run here: `describe.skipIf(!(await mlflowAvailable()))`. Where its package
 * cannot be installed they are skipped with a line that says so; with `CI=true` they fail instead.
 */
export async function mlflowAvailable(): Promise<boolean> {
  return isAvailable("a real MLflow", mlflowPython);
}

export async function runningMlflow(owner: number): Promise<RunningMlflow | undefined> {
  try {
    const server: RunningMlflow = JSON.parse(await readFile(stateFile(owner), "utf8"));
    return isAlive(server.pid) ? server : undefined;
  } catch {
    // None was started in this run.
    return undefined;
  }
}

export function stateFolder(owner: number): string {
  return path.join(tmpdir(), `tracelet-tests-${owner}`);
}

function stateFile(owner: number): string {
  return path.join(stateFolder(owner), "mlflow.json");
}

declare module "vitest" {
  interface ProvidedContext {
    /** Process id of the vitest run, which the shared server must not outlive. */
    mlflowOwner: number;
  }
}
