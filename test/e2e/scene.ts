import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, type TestContext } from "vitest";
import type { UploadState } from "../../src/upload/upload-state.ts";
import { type JournalLine, journalSoFar, runFolders, startTracelet, tracelet } from "../support/tracelet.ts";
import { type MlflowReader, openReader, type ReadRun } from "../support/mlflow/read-run.ts";
import { sharedMlflow } from "../support/mlflow/shared.ts";

const PROGRAMS = fileURLToPath(new URL("programs/", import.meta.url));

/** A folder with a store of its own, and an experiment that no other test uses. */
export interface Scene {
  readonly cwd: string;
  readonly project: string;
  /** Starts `tracelet run` with MLflow at `uri`, sampling often; `flags` come before the command. */
  start(uri: string, flags: readonly string[], command: readonly string[]): ReturnType<typeof startTracelet>;
  run(uri: string, flags: readonly string[], command: readonly string[]): ReturnType<typeof tracelet>;
  sync(uri: string, ...words: string[]): ReturnType<typeof tracelet>;
  /** The folder of the only run. */
  folder(): Promise<string>;
  /** The records of the only run. */
  journal(): Promise<JournalLine[]>;
  /** What is kept about the only run's upload, as text and read. */
  uploadText(): Promise<string>;
  upload(): Promise<UploadState>;
  /** Has a server end with the test. */
  own<T extends { kill(): Promise<void> }>(server: T): T;
}

/**
 * Makes a scene that is gone after its test. It takes the hook from the test's context: those of a file do not know which
 * of the tests that run at once they belong to.
 */
export async function openScene({ onTestFinished }: Pick<TestContext, "onTestFinished">): Promise<Scene> {
  const cwd = await mkdtemp(join(tmpdir(), "tracelet-e2e-"));
  const owned: { kill(): Promise<void> }[] = [];
  onTestFinished(async () => {
    await Promise.all(owned.map((server) => server.kill()));
    await rm(cwd, { recursive: true, force: true, maxRetries: 5 });
  });
  return sceneIn(cwd, owned);
}

/** The real server and its own client, for the tests of one `describe`. */
export interface Mlflow {
  readonly url: string;
  /** The Python that has MLflow and scikit-learn. */
  readonly python: string;
  readonly reader: MlflowReader;
}

/** Has both there before the first test. What it returns is filled then. */
export function useMlflow(): Mlflow {
  const mlflow: Partial<Mlflow> = {};
  beforeAll(async () => {
    const server = await sharedMlflow();
    Object.assign(mlflow, server, { reader: openReader(server) });
  });
  afterAll(() => mlflow.reader?.close());
  return mlflow as Mlflow;
}

/** Fewer series than usual: MLflow's client asks for each by itself. */
export const FEW_SERIES = ["--no-track-disk", "--no-track-network"];

function sceneIn(cwd: string, owned: { kill(): Promise<void> }[]): Scene {
  const project = `e2e ${crypto.randomUUID()}`;
  const start: Scene["start"] = (uri, flags, command) => {
    const upload = ["--backend", "mlflow", "--project", project, "--interval", "0.2", ...flags];
    return startTracelet(["run", ...upload, "--", ...command], { cwd, env: { MLFLOW_TRACKING_URI: uri } });
  };
  const folder = async () => {
    const [found, another] = await runFolders(cwd);
    if (found === undefined || another !== undefined) throw new Error(`not one run in ${cwd}`);
    return found;
  };
  const uploadText = async () => readFile(join(await folder(), "upload-mlflow.json"), "utf8");
  return {
    cwd,
    project,
    start,
    run: (...started) => start(...started).ended,
    sync: (uri, ...words) => tracelet(["sync", ...words], { cwd, env: { MLFLOW_TRACKING_URI: uri } }),
    folder,
    journal: async () => journalSoFar(await folder()),
    uploadText,
    upload: async () => JSON.parse(await uploadText()),
    own: (server) => {
      owned.push(server);
      return server;
    },
  };
}

/** The command that runs a program of this folder with the system's Python. */
export function count(...words: (string | number)[]): string[] {
  return ["python3", join(PROGRAMS, "count.py"), ...words.map(String)];
}

export function program(name: string): string {
  return join(PROGRAMS, name);
}

/** The points of `count.py` as they have to be, in the journal as at the server. */
export function counted(points: number): { step: number; value: number }[] {
  return Array.from({ length: points }, (_, step) => ({ step, value: step / 8 }));
}

/** The points of `count.py` in a run that MLflow's client has read, by step; a point that is there twice is twice here. */
export function valuesIn(read: ReadRun | undefined): { step: number; value: unknown }[] {
  const points = (read?.metrics["value"] ?? []).map(({ step, value }) => ({ step, value }));
  return points.toSorted((one, other) => one.step - other.step);
}

/** The points of `count.py` in a journal, in its order. */
export function valuesInJournal(journal: readonly JournalLine[]): { step: unknown; value: unknown }[] {
  return journal
    .filter(({ type }) => type === "metrics")
    .map(({ step, metrics }) => ({ step, value: (metrics as Record<string, unknown>)["value"] }));
}

/** The indexes of the samples in a journal, in its order. */
export function sampleIndexes(journal: readonly JournalLine[]): unknown[] {
  return journal.filter(({ type }) => type === "sample").map(({ index }) => index);
}

/** 0, 1, … `length` − 1. */
export function upTo(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
