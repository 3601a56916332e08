import { startHeartbeat } from "../journal/heartbeat.ts";
import { acquireLease, type Lease } from "../journal/lease.ts";
import { thisProcess } from "../journal/process-identity.ts";
import { isSystemError } from "../journal/system-error.ts";
import { BackendError } from "../model/backend.ts";
import { Patience } from "./retry.ts";
import { type UploadOptions, type UploadOutcome, uploadRun } from "./upload-run.ts";
import { loadUploadState, newUploadState } from "./upload-state.ts";

export interface LeasedUploadOptions extends Omit<UploadOptions, "patience" | "lost"> {
  /** Seconds without an acknowledged batch after which to give up. */
  readonly timeout: number;
  /** The user wants to go. */
  readonly cancelled: AbortSignal;
  /** The server has answered a while ago. */
  readonly wasThere?: boolean;
  /** Milliseconds between two signs of life for the lease, where not the usual ones. */
  readonly heartbeat?: number;
}

/**
 * Uploads a run, alone: where another process is at it, its end is waited for, as long as it comes forward. What is
 * left then is uploaded, which mostly is nothing. A failure of the backend or of the file system is an outcome.
 * @param clock milliseconds since the epoch
 */
export async function uploadWithLease(options: LeasedUploadOptions, clock = Date.now): Promise<UploadOutcome> {
  const { backend, timeout, now, cancelled, onProgress } = options;
  // No `AbortSignal.any`, which leaves a trace of every upload on a signal that lives for weeks.
  const over = new AbortController();
  const cancel = () => over.abort(cancelled.reason);
  cancelled.addEventListener("abort", cancel);
  if (cancelled.aborted) cancel();
  const patience = new Patience(timeout * 1000, now, over.signal, onProgress, options.wasThere);
  try {
    const lease = await waitForLease(options, patience, clock);
    const lost = new AbortController();
    const takenOver = () => {
      const error = new BackendError("another process has taken this upload over", { retryable: true });
      lost.abort(error);
      over.abort(error);
    };
    const heartbeat = startHeartbeat(lease, takenOver, options.heartbeat);
    try {
      return await uploadRun({ ...options, patience, lost: lost.signal });
    } finally {
      heartbeat.stop();
      await lease.release();
    }
  } catch (error) {
    if (error instanceof BackendError) return { state: newUploadState(backend.id), sent: 0, error };
    if (isSystemError(error) && error.errno !== undefined) return refusedByDisk(options, error);
    throw error;
  } finally {
    cancelled.removeEventListener("abort", cancel);
  }
}

async function waitForLease(options: LeasedUploadOptions, patience: Patience, clock: () => number): Promise<Lease> {
  const { run, backend } = options;
  let seen: number | undefined;
  return patience.keepTrying(async () => {
    const lease = await acquireLease(run.uploadLease(backend.id), thisProcess(), clock);
    if (lease.held) return lease;
    const { cursor } = await loadUploadState(run.uploadState(backend.id), backend.id);
    if (seen !== undefined && cursor !== seen) patience.progressed();
    seen = cursor;
    // Behind the machine's name a host may have a namespace, which says nothing to people.
    const { pid, host } = lease.owner ?? {};
    const by = host === undefined ? "another process" : `process ${pid} on ${host.split(" ")[0]}`;
    throw new BackendError(`${by} is uploading this run`, { retryable: true });
  });
}

/** A full disk or a folder that is not ours must not look like a fault of tracelet's, nor end the watcher. */
function refusedByDisk({ run, backend }: LeasedUploadOptions, cause: NodeJS.ErrnoException): UploadOutcome {
  const error = new BackendError(`the run directory ${run.root} cannot be read or written: ${cause.code}`, {
    retryable: true,
    hint: "see to its disk and its permissions",
    cause,
  });
  return { state: newUploadState(backend.id), sent: 0, error };
}
