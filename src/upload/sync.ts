import type { ResolvedRun } from "../journal/store.ts";
import { readRunView } from "../journal/view.ts";
import type { Backend } from "../model/backend.ts";
import type { SyncRow } from "../model/view.ts";
import { uploadWithLease } from "./upload-with-lease.ts";

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

/** Uploads what is missing of some runs, one after the other. A run that fails does not keep the others back. */
export async function syncRuns(options: SyncOptions): Promise<readonly SyncRow[]> {
  const rows: SyncRow[] = [];
  for (const run of options.runs) {
    const { header, status } = await readRunView(run);
    const ids = options.backends.length > 0 ? options.backends : header.backends;
    for (const backend of ids) {
      const row = { id: run.id, name: header.name, backend, ...(await syncOne(options, run, backend)) };
      // A run that is going on is uploaded when it ends, by its own watcher.
      const waiting = status === "running" && row.error === undefined;
      rows.push(waiting ? { ...row, state: "running" } : row);
      options.onRow(rows.at(-1) ?? row);
    }
  }
  return rows;
}

async function syncOne(
  options: SyncOptions,
  run: ResolvedRun,
  id: string,
): Promise<Pick<SyncRow, "state" | "sent" | "url" | "error" | "rejected">> {
  const { timeout, cancelled, now } = options;
  const backend = options.createBackend(id);
  try {
    const { state, sent, error } = await uploadWithLease({ run, backend, timeout, cancelled, now });
    return {
      state: error ? "failed" : sent === 0 ? "unchanged" : "uploaded",
      sent,
      rejected: state.rejectedCount,
      ...(state.url === undefined ? {} : { url: state.url }),
      ...(error ? { error: error.hint === undefined ? error.message : `${error.message}; ${error.hint}` } : {}),
    };
  } finally {
    backend.close();
  }
}
