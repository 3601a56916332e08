import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { isAlive } from "./lock.ts";
import { mlflowPython } from "./venv.ts";

/** What is needed to use a server, and to stop it from another process. */
export interface RunningMlflow {
  readonly url: string;
  /** The Python that has MLflow and scikit-learn. */
  readonly python: string;
  /** The guard, which leads the server's process group. */
  readonly pid: number;
}

export interface LaunchOptions {
  readonly port?: number;
  readonly python?: string;
  /** More of the command line. */
  readonly words?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The server's address on a port, and how it is asked whether it is there. */
  readonly url?: (port: number) => string;
  readonly ask?: (url: string) => Promise<boolean>;
}

/**
 * Starts a real MLflow server: SQLite store, artifacts through the server, loopback only, one worker. It ends by itself
 * once the process `owner` has gone.
 */
export async function launchMlflow(owner: number, options: LaunchOptions = {}): Promise<RunningMlflow> {
  const python = options.python ?? (await mlflowPython());
  const folder = await mkdtemp(path.join(tmpdir(), "tracelet-mlflow-"));
  const port = options.port ?? (await freePort());
  const log = path.join(folder, "server.log");
  const output = openSync(log, "w");
  const guard = spawn(
    python,
    [
      path.join(import.meta.dirname, "guard.py"),
      `${owner}`,
      folder,
      ...command(python, folder, port),
      ...(options.words ?? []),
    ],
    {
      cwd: folder,
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...serverEnvironment(), ...options.env, PATH: `${path.dirname(python)}:${process.env["PATH"] ?? ""}` },
    },
  );
  closeSync(output);
  await once(guard, "spawn");
  guard.unref();
  const url = options.url?.(port) ?? `http://127.0.0.1:${port}`;
  const server = { url, python, pid: guard.pid ?? 0 };
  await waitUntilHealthy(server, log, options.ask ?? isHealthy);
  return server;
}

export async function stopMlflow(server: RunningMlflow): Promise<void> {
  if (!isAlive(server.pid)) return;
  process.kill(server.pid, "SIGTERM");
  while (isAlive(server.pid)) await wait(50);
}

function command(python: string, folder: string, port: number): string[] {
  const store = `sqlite:///${folder}/mlflow.db`;
  const where = `--host 127.0.0.1 --port ${port} --workers 1`.split(" ");
  return [
    python,
    "-m",
    "mlflow",
    "server",
    ...where,
    "--backend-store-uri",
    store,
    "--artifacts-destination",
    `${folder}/artifacts`,
  ];
}

/** Without what the person who runs the tests has set for an MLflow of their own. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("MLFLOW_"));
  return {
    ...Object.fromEntries(own),
    MLFLOW_DISABLE_TELEMETRY: "true",
    DO_NOT_TRACK: "true",
    // Its job runner is several more processes, and nothing here needs it.
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
  };
}

async function waitUntilHealthy(
  server: RunningMlflow,
  log: string,
  ask: (url: string) => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await ask(server.url))) {
    if (!isAlive(server.pid) || Date.now() > deadline) {
      const said = await readFile(log, "utf8").catch(() => "");
      await stopMlflow(server);
      throw new Error(`the MLflow server did not start: ${said.slice(-2000)}`);
    }
    await wait(100);
  }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
