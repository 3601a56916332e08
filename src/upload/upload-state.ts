import { readFile, rename, writeFile } from "node:fs/promises";
import type { OutputCursor } from "./send-output.ts";
import type { Rejection, RemoteRun } from "../model/backend.ts";

/** Rejections that are kept one by one; beyond that only their number counts. */
const MOST_REJECTIONS = 100;

/**
 * How far one backend has come with one run: `upload-<backend>.json` in the run directory. It is replaced as a whole,
 * so that it is never behind a file by more than the batch that was under way, nor behind a server by much more than a
 * second.
 */
export interface UploadState {
  readonly version: 1;
  readonly backend: string;
  readonly state: "pending" | "done";
  /** Offset in the journal behind the last record that the backend has acknowledged. */
  readonly cursor: number;
  /** Offset of the first sample before the cursor that is still to be sent, as the mean of several; see thin.ts. */
  readonly samplesFrom?: number;
  /** How far the output was sent, to a backend that has a place for it. */
  readonly output?: OutputCursor;
  /** Points the backend has acknowledged, training and system together. */
  readonly uploaded: number;
  /** Which server that is, where a backend says so. */
  readonly target?: string;
  readonly remote?: RemoteRun;
  readonly url?: string;
  /** What to type to look at the run there. */
  readonly command?: readonly string[];
  /** Params and tags of the header are there. */
  readonly described: boolean;
  /** Names of the artifacts that are there. */
  readonly artifacts: readonly string[];
  readonly rejected: readonly Rejection[];
  readonly rejectedCount: number;
  /** Why the last attempt ended before everything was there. */
  readonly error?: string;
}

export function newUploadState(backend: string): UploadState {
  return {
    version: 1,
    backend,
    state: "pending",
    cursor: 0,
    uploaded: 0,
    described: false,
    artifacts: [],
    rejected: [],
    rejectedCount: 0,
  };
}

/** What was left by an earlier attempt, or a new state. A file that makes no sense is started over: no batch harms twice. */
export async function loadUploadState(path: string, backend: string): Promise<UploadState> {
  try {
    const state: unknown = JSON.parse(await readFile(path, "utf8"));
    if (isUploadState(state)) return state;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && !(error instanceof SyntaxError)) throw error;
  }
  return newUploadState(backend);
}

/** Replaces the file in one step: a reader sees the old state or the new one. */
export async function saveUploadState(path: string, state: UploadState): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  await rename(temporary, path);
}

export function withRejections(state: UploadState, rejected: readonly Rejection[]): UploadState {
  return {
    ...state,
    rejected: [...state.rejected, ...rejected].slice(0, MOST_REJECTIONS),
    rejectedCount: state.rejectedCount + rejected.length,
  };
}

function isUploadState(value: unknown): value is UploadState {
  const state = value as Partial<UploadState> | null;
  return (
    typeof state === "object" &&
    state?.version === 1 &&
    (state.state === "pending" || state.state === "done") &&
    [state.cursor, state.uploaded, state.rejectedCount, state.samplesFrom ?? 0].every(isCount) &&
    typeof state.described === "boolean" &&
    Array.isArray(state.artifacts) &&
    Array.isArray(state.rejected)
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
