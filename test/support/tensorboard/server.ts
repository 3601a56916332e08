import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../mlflow/server.ts";
import { tensorboardPython } from "./venv.ts";

/** A TensorBoard as a user would start it: it looks for news every second and shows every point. */
export interface RunningTensorboard {
  readonly url: string;
  /** The JSON at a path below `/data/`; `undefined` while there is none. */
  get(path: string): Promise<unknown>;
  stop(): void;
}

/** Starts a real TensorBoard on this machine alone. It ends by itself once this process has gone. */
export async function startTensorboard(logdir: string): Promise<RunningTensorboard> {
  const python = await tensorboardPython();
  const folder = await mkdtemp(path.join(tmpdir(), "tracelet-tensorboard-"));
  const port = await freePort();
  const log = path.join(folder, "server.log");
  const output = openSync(log, "w");
  const words =
    `--host 127.0.0.1 --port ${port} --reload_interval 1 --samples_per_plugin scalars=1000000 --logdir`.split(" ");
  const command = [path.join(path.dirname(python), "tensorboard"), ...words, logdir];
  const guard = path.join(import.meta.dirname, "../mlflow/guard.py");
  const server = spawn(python, [guard, String(process.pid), folder, ...command], {
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  await once(server, "spawn");
  const url = `http://127.0.0.1:${port}`;
  const get = async (data: string): Promise<unknown> => {
    try {
      const answer = await fetch(`${url}/data/${data}`, { signal: AbortSignal.timeout(5000) });
      return answer.ok ? await answer.json() : undefined;
    } catch {
      // Not listening yet.
      return undefined;
    }
  };
  const stop = (): void => {
    server.kill("SIGTERM");
  };
  for (const deadline = Date.now() + 60_000; (await get("environment")) === undefined;) {
    if (server.exitCode !== null || Date.now() > deadline) {
      const said = await readFile(log, "utf8").catch(() => "");
      stop();
      throw new Error(`TensorBoard did not start: ${said.slice(-2000)}`);
    }
    await wait(100);
  }
  return { url, get, stop };
}
