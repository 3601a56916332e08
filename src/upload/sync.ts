import { isSystemError } from "../journal/system-error.ts";
import type { ResolvedRun } from "../journal/store.ts";
import { readRunView } from "../journal/view.ts";
import type { Backend } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import type { RunView, SyncRow } from "../model/view.ts";
import { uploadWithLease } from "./upload-with-lease.ts";

/** Seconds that a backend gets for the next run after it has not answered for a whole timeout. */
const TIMEOUT_AFTER_FAILURE = 5;

export interface SyncOptions {
  readonly runs: readonly ResolvedRun[];
  /** Backends to bring the runs to; empty: those that each run was started with. */
  readonly backends: readonly string[];
  readonly createBackend: (id: string) => Backend;
  /** Seconds without an acknowledged batch after which to give one run up. */
  readonly timeout: number;
  readonly cancelled: AbortSignal;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly onRow: (row: SyncRow) => void;
}

/**
 * Uploads what is missing of some runs, one after the other. A run that fails does not keep the others back, and a
 * server that is down is not waited for once per run.
 */
export async function syncRuns(options: SyncOptions): Promise<readonly SyncRow[]> {
  const rows: SyncRow[] = [];
  const silent = new Set<string>();
  for (const run of options.runs) {
    for await (const row of syncRun(options, run, silent)) {
      rows.push(row);
      options.onRow(row);
    }
  }
  return rows;
}

async function* syncRun(options: SyncOptions, run: ResolvedRun, silent: Set<string>): AsyncGenerator<SyncRow> {
  const view = await viewOrReason(run);
  if (typeof view === "string") {
    const backend = options.backends.join(",") || "every backend";
    yield { id: run.id, name: "", backend, state: "failed", sent: 0, rejected: 0, error: view };
    return;
  }
  const ids = options.backends.length > 0 ? options.backends : view.header.backends;
  for (const id of ids) {
    const row = { id: run.id, name: view.header.name, backend: id, ...(await syncOne(options, run, id, silent)) };
    // A run that is going on is uploaded when it ends, by its own watcher.
    const waiting = view.status === "running" && row.state !== "failed";
    yield waiting ? { ...row, state: "running" } : row;
  }
}

/** What the journal says, or why it says nothing. */
async function viewOrReason(run: ResolvedRun): Promise<RunView | string> {
  try {
    return await readRunView(run);
  } catch (error) {
    if (error instanceof UserError || isSystemError(error)) return error.message;
    throw error;
  }
}

async function syncOne(
  options: SyncOptions,
  run: ResolvedRun,
  id: string,
  silent: Set<string>,
): Promise<Pick<SyncRow, "state" | "sent" | "url" | "error" | "rejected">> {
  const { cancelled, now } = options;
  const timeout = silent.has(id) ? Math.min(options.timeout, TIMEOUT_AFTER_FAILURE) : options.timeout;
  const backend = options.createBackend(id);
  try {
    const { state, sent, unchanged, error } = await uploadWithLease({ run, backend, timeout, cancelled, now });
    if (error?.retryable && sent === 0) silent.add(id);
    else silent.delete(id);
    return {
      state: error ? "failed" : unchanged ? "unchanged" : "uploaded",
      sent,
      rejected: state.rejectedCount,
      ...(state.url === undefined ? {} : { url: state.url }),
      ...(error ? { error: error.hint === undefined ? error.message : `${error.message}; ${error.hint}` } : {}),
    };
  } finally {
    backend.close();
  }
}
