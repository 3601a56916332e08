import { acquireLease } from "../journal/lease.ts";
import { thisProcess } from "../journal/process-identity.ts";
import { BackendError } from "../model/backend.ts";
import { type UploadOptions, type UploadOutcome, uploadRun } from "./upload-run.ts";
import { loadUploadState } from "./upload-state.ts";

/**
 * Uploads a run unless another process is at it: two at once would do the same work twice.
 * @param clock milliseconds since the epoch
 */
export async function uploadWithLease(options: UploadOptions, clock = Date.now): Promise<UploadOutcome> {
  const { run, backend } = options;
  const lease = await acquireLease(run.uploadLease(backend.id), thisProcess(), clock);
  if (!lease.held) {
    const state = await loadUploadState(run.uploadState(backend.id), backend.id);
    const by = lease.owner === undefined ? "another process" : `process ${lease.owner.pid} on ${lease.owner.host}`;
    return { state, sent: 0, error: new BackendError(`${by} is uploading this run`, { retryable: true }) };
  }
  try {
    return await uploadRun(options);
  } finally {
    await lease.release();
  }
}
