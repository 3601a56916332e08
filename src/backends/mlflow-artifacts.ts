import { copyFile, mkdir, stat } from "node:fs/promises";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

import { type Artifact, BackendError, type RemoteRun } from "../model/backend.ts";
import type { MlflowApi } from "./mlflow-api.ts";

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
 * Puts a file where the run keeps its artifacts: through the server where it offers that, by copying where the store is
 * a folder that this host has too. A store that clients write to with their own cloud credentials is not supported.
 */
export async function uploadMlflowArtifact(
  api: MlflowApi,
  run: RemoteRun,
  file: Artifact,
  signal: AbortSignal,
  onProgress?: () => void,
): Promise<void> {
  const name = safeName(file.name);
  const size = await sizeOf(file);
  const store = run.detail["artifact_uri"] ?? "";
  const address = proxiedAddress(api.base, store);
  if (address !== undefined) {
    address.pathname = `${address.pathname}/${name.map(encodeURIComponent).join("/")}`;
    const contentType = CONTENT_TYPES[path.extname(file.name).toLowerCase()] ?? "application/octet-stream";
    await api.put(address, { path: file.path, size, onProgress }, contentType, signal);
    return;
  }
  const folder = localFolder(store);
  if (folder === undefined) throw notUploaded(file, `its artifacts are in a direct object store (${schemeOf(store)})`);
  await copyInto(folder, name, file);
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

/** The folder of a store that is one; `undefined` for anything else. */
export function localFolder(store: string): string | undefined {
  if (store.startsWith("/")) return store;
  if (!store.startsWith("file:") || !URL.canParse(store) || new URL(store).host !== "") return undefined;
  return fileURLToPath(store);
}

async function copyInto(folder: string, name: readonly string[], file: Artifact): Promise<void> {
  // `<root>/<experiment>/<run>/artifacts`: MLflow makes the inner ones on the first write. Where the root is missing,
  // the path is the server's, on another host, and making it here would hide the file.
  const experiment = path.resolve(folder, "../..");
  const root = path.dirname(experiment);
  const isHere = (await isFolder(experiment)) || (root !== path.parse(root).root && (await isFolder(root)));
  if (!isHere) throw notUploaded(file, `the server keeps artifacts in its own folder ${folder}`);
  const target = path.join(folder, ...name);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await copyFile(file.path, target);
  } catch (cause) {
    throw new BackendError(`"${file.name}" cannot be copied to ${target}`, { retryable: false, cause });
  }
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch {
    // Whatever hides the folder, we cannot write there.
    return false;
  }
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

function notUploaded(file: Artifact, reason: string): BackendError {
  return new BackendError(`"${file.name}" was not uploaded: ${reason}`, {
    retryable: false,
    hint: "start the server with --serve-artifacts",
  });
}

function schemeOf(store: string): string {
  return /^([a-z][a-z\d+.-]*):/i.exec(store)?.[1] ?? "unknown";
}
