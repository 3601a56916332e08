import { BackendError } from "../model/backend.ts";
import type { FileBody } from "./http.ts";
import type { MlflowApi } from "./mlflow-api.ts";
import { MlflowRefusal, noMlflow } from "./mlflow-errors.ts";
import { at, listAt, textAt, textsAt, wholeAt } from "./mlflow-json.ts";
import type { MultipartSettings } from "./mlflow-settings.ts";

/** The most parts that S3 puts together. */
const MOST_PARTS = 10_000;
/** A part is tried again by itself: beginning anew with the first could mean a hundred gigabytes. */
const MOST_TRIES = 3;
/** What giving the parts up again may take, in milliseconds. */
const ABORT_TIMEOUT_MS = 5000;

interface Part {
  readonly number: number;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends a large file in parts, which go past the server to addresses that it signs. `false`: the file is small, or the
 * server has no such thing, and nothing was sent.
 * https://mlflow.org/docs/latest/self-hosting/architecture/artifact-store/#multipart-upload-for-proxied-artifact-access
 * @param folder where the server takes the run's files
 * @param name the file's name there, by its parts
 */
export async function uploadInParts(
  api: MlflowApi,
  settings: MultipartSettings,
  folder: URL,
  name: readonly string[],
  file: FileBody,
  signal: AbortSignal,
): Promise<boolean> {
  if (file.size < settings.from || !folder.href.startsWith(`${api.base}${ARTIFACTS}`)) return false;
  if (!(settings.enabled ?? (await isOffered(api, signal)))) return false;
  const size = Math.max(settings.part, Math.ceil(file.size / MOST_PARTS));
  const request = { path: name.at(-1) ?? "", num_parts: Math.ceil(file.size / size) };
  const call = (step: string) => addressOf(folder, step, name);
  const begun = await orNotOffered(api.post(call("create"), JSON.stringify(request), signal));
  if (begun === undefined) return false;
  const id = textAt(begun, "upload_id");
  if (id === undefined) throw noMlflow(api.base, "an upload in parts has no id");
  const upload = { path: request.path, upload_id: id };
  try {
    const parts = [];
    for (const part of partsIn(api, begun)) {
      const start = (part.number - 1) * size;
      const piece = { ...file, start, size: Math.min(size, file.size - start) };
      parts.push({ part_number: part.number, etag: await sendPart(api, part, piece, signal), url: part.url.href });
    }
    await api.post(call("complete"), JSON.stringify({ ...upload, parts }), signal);
    return true;
  } catch (error) {
    // The store would keep the parts, and its owner pay for them. Whether that works changes nothing for the run.
    await api.post(call("abort"), JSON.stringify(upload), AbortSignal.timeout(ABORT_TIMEOUT_MS)).catch(() => {});
    throw error;
  }
}

const ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";

/** Where a step of an upload in parts is asked for: it has the file's folder in its address, and the name in its body. */
function addressOf(folder: URL, step: string, name: readonly string[]): URL {
  const url = new URL(folder.href);
  const inside = name.slice(0, -1).map((part) => `/${encodeURIComponent(part)}`);
  url.pathname = url.pathname.replace(ARTIFACTS, `/api/2.0/mlflow-artifacts/mpu/${step}/`) + inside.join("");
  return url;
}

/** New servers tell what they have; for an older one MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD says it. */
async function isOffered(api: MlflowApi, signal: AbortSignal): Promise<boolean> {
  const info = new URL(`${api.base}/api/3.0/mlflow/server-info`);
  try {
    return at(await api.get(info, {}, signal), "multipart_uploads_enabled") === true;
  } catch (error) {
    // Whatever an older server makes of an address that it does not know.
    if (error instanceof BackendError && !error.retryable) return false;
    throw error;
  }
}

/** 404 and 501 are the words of a server that lacks this, or whose store does. */
async function orNotOffered(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof MlflowRefusal && [404, 405, 501].includes(error.status)) return undefined;
    throw error;
  }
}

function partsIn(api: MlflowApi, begun: unknown): Part[] {
  return listAt(begun, "credentials").map((entry) => {
    const url = textAt(entry, "url");
    if (url === undefined || !URL.canParse(url)) throw noMlflow(api.base, "a part of an upload has no address");
    return { number: wholeAt(entry, "part_number"), url: new URL(url), headers: textsAt(entry, "headers") };
  });
}

async function sendPart(api: MlflowApi, part: Part, piece: FileBody, signal: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      return (await api.putSigned(part.url, part.headers, piece, signal)) ?? "";
    } catch (error) {
      const mayPass = error instanceof BackendError && error.retryable && !signal.aborted;
      if (!mayPass || tries === MOST_TRIES) throw error;
    }
  }
}
