import { spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";

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

/** MLflow's client, loaded once: that alone takes seconds. Close it, or its process stays until the test's ends. */
export interface MlflowReader {
  run(id: string): Promise<ReadRun>;
  /** Every run of an experiment, newest first; none when there is no such experiment. */
  experiment(name: string): Promise<ReadRun[]>;
  close(): void;
}

export function openReader(
  server: { readonly url: string; readonly python: string },
  environment: NodeJS.ProcessEnv = {},
): MlflowReader {
  const client = spawn(server.python, [path.join(import.meta.dirname, "read_run.py")], {
    env: {
      ...process.env,
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_DISABLE_TELEMETRY: "true",
      DO_NOT_TRACK: "true",
      ...environment,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  // One question at a time: the answers carry no names.
  let last: Promise<unknown> = Promise.resolve();

  function ask<T>(kind: string, name: string): Promise<T> {
    const answer = last.then(async () => {
      client.stdin.write(`${JSON.stringify([kind, name])}\n`);
      const line = await answers.next();
      if (line.done === true) throw new Error("MLflow's client ended; its words are above");
      const read: T = JSON.parse(line.value);
      return read;
    });
    last = answer.catch(() => {});
    return answer;
  }

  return {
    run: (id) => ask("run", id),
    experiment: (name) => ask("experiment", name),
    close: () => client.stdin.end(),
  };
}
