import { stat } from "node:fs/promises";
import * as path from "node:path";

import { type Artifact, BackendError, type RemoteRun } from "../model/backend.ts";
import type { FileBody } from "./http.ts";
import type { MlflowApi } from "./mlflow-api.ts";
import { MlflowRefusal, noMlflow } from "./mlflow-errors.ts";
import { textAt, textsAt } from "./mlflow-json.ts";
import { copyInto, localFolder } from "./mlflow-local-store.ts";
import { uploadInParts } from "./mlflow-multipart.ts";
import type { MultipartSettings } from "./mlflow-settings.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".csv": "text/csv",
  ".html": "text/html",
  ".json": "application/json",
  ".jsonl": "application/jsonl",
  ".log": "text/plain",
  ".md": "text/markdown",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".toml": "text/plain",
  ".txt": "text/plain",
};

/**
 * Puts a file where the run keeps its artifacts: through the server where it offers that, in parts where it is large and
 * the server has that too; by copying where the store is a folder that this host has; else to an object store at an
 * address that the server signs for it.
 */
export async function uploadMlflowArtifact(
  api: MlflowApi,
  multipart: MultipartSettings,
  run: RemoteRun,
  file: Artifact,
  signal: AbortSignal,
  onProgress?: () => void,
): Promise<void> {
  const name = safeName(file.name);
  const body = { path: file.path, size: await sizeOf(file), onProgress };
  const store = run.detail["artifact_uri"] ?? "";
  const folder = proxiedAddress(api.base, store);
  if (folder !== undefined) {
    if (await uploadInParts(api, multipart, folder, name, body, signal)) return;
    folder.pathname = `${folder.pathname}/${name.map(encodeURIComponent).join("/")}`;
    const contentType = CONTENT_TYPES[path.extname(file.name).toLowerCase()] ?? "application/octet-stream";
    await api.put(folder, body, contentType, signal);
    return;
  }
  const local = localFolder(store);
  if (local !== undefined) await copyInto(local, name, file);
  else await uploadSigned(api, run, file, body, signal);
}

/** Since MLflow 3.11, and for stores of which it knows how to sign an address: S3 and what speaks like it. */
async function uploadSigned(
  api: MlflowApi,
  run: RemoteRun,
  file: Artifact,
  body: FileBody,
  signal: AbortSignal,
): Promise<void> {
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(run.detail["artifact_uri"] ?? "")?.[1];
  if (scheme === undefined) throw notUploaded(file, "it is not known where its artifacts are kept");
  const request = JSON.stringify({ run_id: run.remoteId, path: file.name });
  let answer: unknown;
  try {
    answer = await api.post("/artifacts/presigned-upload-url", request, signal);
  } catch (cause) {
    if (!(cause instanceof MlflowRefusal) || cause.retryable) throw cause;
    const where = `its artifacts are in a direct object store (${scheme})`;
    throw notUploaded(file, `${where}, and the server signs no address there: ${cause.reason}`, cause);
  }
  const url = textAt(answer, "presigned_url");
  if (url === undefined || !URL.canParse(url)) throw noMlflow(api.base, "a signed address has no URL");
  await api.putSigned(new URL(url), textsAt(answer, "headers"), body, signal);
}

/** Where the server itself takes the files of this store; `undefined` when it does not. */
export function proxiedAddress(base: string, store: string): URL | undefined {
  if (!URL.canParse(store)) return undefined;
  const { protocol, host, pathname } = new URL(store);
  if (protocol === "http:" || protocol === "https:") return new URL(store);
  if (protocol !== "mlflow-artifacts:") return undefined;
  const address = new URL(base);
  if (host !== "") address.host = host;
  const root = `${address.pathname}/api/2.0/mlflow-artifacts/artifacts/`;
  address.pathname = `${root}${pathname}`.replace(/\/{2,}/g, "/");
  return address;
}

async function sizeOf(file: Artifact): Promise<number> {
  try {
    return (await stat(file.path)).size;
  } catch (cause) {
    throw new BackendError(`"${file.name}" cannot be uploaded: ${file.path} cannot be read`, {
      retryable: false,
      cause,
    });
  }
}

function safeName(name: string): string[] {
  const segments = name.split("/");
  if (segments.every((segment) => segment !== "" && segment !== "." && segment !== "..")) return segments;
  throw new BackendError(`"${name}" is no name for an artifact`, { retryable: false });
}

function notUploaded(file: Artifact, reason: string, cause?: unknown): BackendError {
  return new BackendError(`"${file.name}" was not uploaded: ${reason}`, {
    retryable: false,
    hint: "start the server with --serve-artifacts",
    cause,
  });
}
