import { statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../model/error.ts";
import type { RunSummaryRow } from "../model/view.ts";
import { readOutline, readOutlineNow, type RunOutline, SCRATCH_BYTES } from "./outline.ts";
import { runDirectory, runsFolder } from "./run-directory.ts";
import { startedOf } from "./run-id.ts";
import { RunsIndex } from "./runs-index.ts";
import { statusOf } from "./run-status.ts";
import { isSystemError } from "./system-error.ts";

/** Reads the rows of a list of runs, each from as little as it takes: see `RunsIndex` and `readOutline`. */
export class RunRows {
  readonly #runs: string;
  readonly #clock: () => number;
  readonly #index: RunsIndex;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

  /** @param clock milliseconds since the epoch */
  constructor(dir: string, clock: () => number) {
    this.#runs = runsFolder(dir);
    this.#clock = clock;
    this.#index = new RunsIndex(dir);
  }

  /** On the spot but for a run without an end. One whose journal cannot be read is listed as crashed, without a name. */
  now(id: string): RunSummaryRow | Promise<RunSummaryRow> {
    // Not `join`: it takes as long as opening the file does.
    const journal = `${this.#runs}/${id}/journal.jsonl`;
    try {
      const known = this.#index.has(id) ? this.#index.find(id, statSync(journal)) : undefined;
      return known ?? this.#row(id, readOutlineNow(journal, this.#scratch));
    } catch (error) {
      return unreadable(id, error);
    }
  }

  /** The same, for where waiting is what costs: several of these go on at once. */
  async inTime(id: string): Promise<RunSummaryRow> {
    const journal = join(this.#runs, id, "journal.jsonl");
    try {
      const known = this.#index.has(id) ? this.#index.find(id, await stat(journal)) : undefined;
      return known ?? (await this.#row(id, await readOutline(journal)));
    } catch (error) {
      return unreadable(id, error);
    }
  }

  /** Has the next list read less. */
  remember(): void {
    this.#index.write();
  }

  #row(id: string, { header, launch, end, file }: RunOutline): RunSummaryRow | Promise<RunSummaryRow> {
    const { name = "", project = "", started = startedOf(id) ?? 0 } = header ?? {};
    if (end === undefined) return this.#openRow({ id, name, project, started }, launch);
    const { status, ended, exitCode, signal } = end;
    const row: RunSummaryRow = {
      id,
      name,
      project,
      status,
      ...(exitCode === undefined ? {} : { exit_code: exitCode }),
      ...(signal === undefined ? {} : { signal }),
      started,
      ended,
    };
    this.#index.add(file, row);
    return row;
  }

  async #openRow(row: Omit<RunSummaryRow, "status">, launch: RunOutline["launch"]): Promise<RunSummaryRow> {
    const { id, name, project, started } = row;
    try {
      const run = runDirectory(join(this.#runs, id));
      const status = await statusOf(run, { started, launch, end: undefined }, this.#clock);
      const child = status === "orphaned" && launch !== undefined ? { child_pid: launch.pid } : {};
      return { id, name, project, status, ...child, started };
    } catch (error) {
      return unreadable(id, error);
    }
  }
}

/** No journal, not ours to read, or of a later version: the list of the others matters more than why. */
function unreadable(id: string, error: unknown): RunSummaryRow {
  if (!isSystemError(error) && !(error instanceof UserError)) throw error;
  return { id, name: "", project: "", status: "crashed", started: startedOf(id) ?? 0 };
}
