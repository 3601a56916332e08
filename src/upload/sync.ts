import { stat } from "node:fs/promises";
import { isSystemError, wordsOf } from "../journal/system-error.ts";
import type { ResolvedRun } from "../journal/store.ts";
import { readOutline } from "../journal/outline.ts";
import { isOver } from "../journal/run-status.ts";
import { readRunView } from "../journal/view.ts";
import type { Backend } from "../model/backend.ts";
import { UserError } from "../model/error.ts";
import type { RunHeader } from "../model/run.ts";
import type { SyncProgress, SyncRow } from "../model/view.ts";
import { leftOf } from "./left.ts";
import { drawPicture } from "./picture.ts";
import { writeReportFile } from "./report-file.ts";
import { uploadWithLease } from "./upload-with-lease.ts";

/** Seconds that a backend gets for the next run after it has not answered for a whole timeout. */
const TIMEOUT_AFTER_FAILURE = 5;

/** Runs that are uploaded at the same time: a server writes one while the next is read. */
const AT_ONCE = 4;

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
  /** Only says what is missing: nothing is sent, and no server is asked. */
  readonly dryRun?: boolean;
  /** Called with each row as soon as it is known. */
  readonly onRow: (row: SyncRow) => void;
  readonly onProgress?: (progress: SyncProgress) => void;
}

/**
 * Uploads what is missing of some runs, several at a time. A run that fails does not keep the others back, and a server
 * that is down is not waited for once per run.
 * @returns the rows in the order of the runs
 */
export async function syncRuns(options: SyncOptions): Promise<readonly SyncRow[]> {
  const { runs, onRow } = options;
  const session: Session = { ...options, silent: new Set(), bar: await Bar.over(runs, options.onProgress) };
  const rows: SyncRow[][] = runs.map(() => []);
  const waiting = runs.entries();
  async function work(): Promise<void> {
    for (const [index, run] of waiting) {
      rows[index] = await syncRun(session, run, onRow);
      session.bar.ended(run);
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, runs.length) }, work));
  return rows.flat();
}

interface Session extends SyncOptions {
  /** Backends that did not answer for a whole timeout. */
  readonly silent: Set<string>;
  readonly bar: Bar;
}

/** Its backends at the same time: one that does not answer does not keep the others waiting. */
async function syncRun(session: Session, run: ResolvedRun, onRow: SyncOptions["onRow"]): Promise<SyncRow[]> {
  const { backends } = session;
  const tell = (row: SyncRow): SyncRow => {
    onRow(row);
    return row;
  };
  const found = await headerOrReason(run);
  if (typeof found === "string") {
    const backend = backends.join(",") || "every backend";
    return [tell({ id: run.id, name: "", backend, state: "failed", sent: 0, rejected: 0, error: found })];
  }
  const { header, isRunning } = found;
  const ids = backends.length > 0 ? backends : header.backends;
  const prepare = once(() => drawViews(run));
  return Promise.all(
    ids.map(async (id) => {
      const row = { id: run.id, name: header.name, backend: id };
      if (session.dryRun === true) return tell({ ...row, ...(await lookOne(session, run, id)) });
      const done = await syncOne(session, run, id, prepare);
      // A run that is going on is uploaded when it ends, by its own watcher.
      const isWaiting = isRunning && done.state !== "failed";
      return tell({ ...row, ...done, ...(isWaiting ? { state: "running" as const } : {}) });
    }),
  );
}

/** What the journal says at its two ends, or why it says nothing. */
async function headerOrReason(run: ResolvedRun): Promise<{ header: RunHeader; isRunning: boolean } | string> {
  try {
    const { header, end } = await readOutline(run.journal);
    // Says what is wrong with a journal that does not begin as it should.
    if (header === undefined) return { header: (await readRunView(run)).header, isRunning: false };
    return { header, isRunning: !(await isOver(run, { started: header.started, end }, Date.now)) };
  } catch (error) {
    if (error instanceof UserError) return error.message;
    if (isSystemError(error)) return `its journal cannot be read: ${wordsOf(error)}`;
    throw error;
  }
}

type Done = Pick<SyncRow, "state" | "sent" | "url" | "error" | "rejected">;

async function lookOne({ createBackend }: Session, run: ResolvedRun, id: string): Promise<Done> {
  const backend = createBackend(id);
  backend.close();
  const { points, isComplete, rejected } = await leftOf(run, backend);
  return { state: isComplete ? "unchanged" : "missing", sent: points, rejected };
}

async function syncOne(session: Session, run: ResolvedRun, id: string, prepare: () => Promise<void>): Promise<Done> {
  const { cancelled, now, silent, bar } = session;
  const timeout = silent.has(id) ? Math.min(session.timeout, TIMEOUT_AFTER_FAILURE) : session.timeout;
  const backend = session.createBackend(id);
  const onCursor = (cursor: number) => bar.moved(run, id, cursor);
  try {
    const { state, sent, unchanged, error } = await uploadWithLease({
      run,
      backend,
      timeout,
      cancelled,
      now,
      onCursor,
      prepare,
    });
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

/** One picture and one page for all backends. Never rejects: without them the run lacks nothing that the journal has not. */
async function drawViews(run: ResolvedRun): Promise<void> {
  await Promise.allSettled([drawPicture(run), writeReportFile(run)]);
}

function once<Result>(make: () => Result): () => Result {
  let made: { readonly result: Result } | undefined;
  return () => (made ??= { result: make() }).result;
}

/** How far all runs are together, in bytes of their journals. */
class Bar {
  readonly #sizes: ReadonlyMap<string, number>;
  /** How far each backend of each run is. */
  readonly #cursors = new Map<string, Map<string, number>>();
  readonly #tell: SyncOptions["onProgress"];
  readonly #ended = new Set<string>();

  private constructor(sizes: ReadonlyMap<string, number>, tell: SyncOptions["onProgress"]) {
    this.#sizes = sizes;
    this.#tell = tell;
  }

  static async over(runs: readonly ResolvedRun[], tell: SyncOptions["onProgress"]): Promise<Bar> {
    const sizes = await Promise.all(
      // One whose journal is gone is told with its row.
      runs.map(async ({ id, journal }) => [id, (await stat(journal).catch(() => undefined))?.size ?? 0] as const),
    );
    return new Bar(new Map(sizes), tell);
  }

  moved({ id }: ResolvedRun, backend: string, cursor: number): void {
    const cursors = this.#cursors.get(id) ?? new Map<string, number>();
    this.#cursors.set(id, cursors.set(backend, cursor));
    this.#say();
  }

  ended({ id }: ResolvedRun): void {
    this.#ended.add(id);
    this.#say();
  }

  #say(): void {
    let whole = 0;
    let done = 0;
    for (const [id, size] of this.#sizes) {
      whole += size;
      // Of a run that several backends get, what all of them have.
      const cursor = Math.min(size, ...(this.#cursors.get(id)?.values() ?? [0]));
      done += this.#ended.has(id) ? size : cursor;
    }
    const fraction = whole === 0 ? 1 : done / whole;
    this.#tell?.({ fraction, runs: this.#sizes.size, ended: this.#ended.size });
  }
}
