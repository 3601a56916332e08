import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Rejection } from "../model/backend.ts";
import type { UploadSummary } from "../model/view.ts";
import { parseJsonObject } from "./json-object.ts";
import type { RunDirectory } from "./run-directory.ts";
import { isSystemError } from "./system-error.ts";

/** Refusals that are shown one by one. */
const MOST_REFUSALS = 10;

/** How far the upload of a run has come, one entry per backend that has been tried. Throws what the file system throws. */
export async function readUploads(run: RunDirectory): Promise<UploadSummary[]> {
  const names = (await readdir(run.root)).sort();
  const backends = names.flatMap((name) => /^upload-(.+)\.json$/.exec(name)?.[1] ?? []);
  const uploads = await Promise.all(backends.map((backend) => readUpload(run.root, backend)));
  return uploads.filter((upload) => upload !== undefined);
}

async function readUpload(root: string, backend: string): Promise<UploadSummary | undefined> {
  try {
    return uploadSummary(backend, await readFile(join(root, `upload-${backend}.json`), "utf8"));
  } catch (error) {
    // Taken away between the listing and now.
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** What the uploader's state file says to people; what else is in it is the uploader's own. */
export function uploadSummary(backend: string, text: string): UploadSummary {
  const { state, url, command, uploaded, rejected, rejectedCount, error } = parseJsonObject(text);
  const refusals = Array.isArray(rejected) ? rejected.filter(isRejection).slice(0, MOST_REFUSALS) : [];
  return {
    backend,
    state: typeof state === "string" ? state : "unreadable",
    ...(typeof url === "string" ? { url } : {}),
    ...(isWords(command) ? { command } : {}),
    ...(typeof uploaded === "number" ? { uploaded } : {}),
    ...(typeof rejectedCount === "number" && rejectedCount > 0 ? { rejected: rejectedCount } : {}),
    ...(refusals.length > 0 ? { refusals } : {}),
    ...(typeof error === "string" ? { error } : {}),
  };
}

function isRejection(value: unknown): value is Rejection {
  const { what, reason } = (typeof value === "object" && value !== null ? value : {}) as Partial<Rejection>;
  return typeof what === "string" && typeof reason === "string";
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}
