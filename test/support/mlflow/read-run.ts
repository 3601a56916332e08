import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface ReadPoint {
  readonly key: string;
  readonly value: number | "NaN" | "Infinity" | "-Infinity";
  readonly step: number;
  readonly timestamp: number;
}

/** A run as MLflow's own Python client reads it. */
export interface ReadRun {
  readonly info: {
    readonly run_id: string;
    readonly run_name: string;
    readonly experiment_id: string;
    readonly experiment: string;
    readonly status: string;
    readonly start_time: number;
    readonly end_time: number | null;
    readonly lifecycle_stage: string;
  };
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The full history of every key. */
  readonly metrics: Readonly<Record<string, readonly ReadPoint[]>>;
  /** `text` is null for files over a megabyte. */
  readonly artifacts: readonly { readonly path: string; readonly size: number; readonly text: string | null }[];
}

interface Server {
  readonly url: string;
  readonly python: string;
}

export async function readRun(server: Server, id: string): Promise<ReadRun> {
  const read: ReadRun = JSON.parse(await readWith(server, [id]));
  return read;
}

/** Every run of an experiment, newest first; none when there is no such experiment. */
export async function readExperiment(server: Server, name: string): Promise<ReadRun[]> {
  const read: ReadRun[] = JSON.parse(await readWith(server, ["--experiment", name]));
  return read;
}

async function readWith(server: Server, args: readonly string[]): Promise<string> {
  const { stdout } = await run(server.python, [path.join(import.meta.dirname, "read_run.py"), ...args], {
    env: { ...process.env, MLFLOW_TRACKING_URI: server.url, MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "true" },
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}
