import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../model/error.ts";
import type { RunSummaryRow } from "../model/view.ts";
import { readOutline, readOutlineNow, type RunOutline } from "./outline.ts";
import { type RunDirectory, runDirectory, runsFolder } from "./run-directory.ts";
import { startedOf } from "./run-id.ts";
import { statusOf } from "./run-status.ts";
import { isSystemError, wordsOf } from "./system-error.ts";

/** Runs that are looked at before the clock is, and at the same time where the file system is slow. */
const AT_ONCE = 64;

/** What a run may take in milliseconds before the file system counts as slow: then waiting is what costs. */
const SLOW_MS = 2;

/** How many candidates a message names. */
const MOST_NAMED = 5;

/** A run that was found, with its id. */
export type ResolvedRun = RunDirectory & { readonly id: string };

/**
 * The runs of a store, newest first. A store that does not exist has none. A run whose journal cannot be read is listed
 * as crashed, without a name. Throws a `UserError` for a store that cannot be read.
 * @param dir the store's folder, `--dir`
 * @param clock milliseconds since the epoch
 */
export async function listRuns(dir: string, clock: () => number = Date.now): Promise<RunSummaryRow[]> {
  const ids = await runIds(dir);
  const rows: RunSummaryRow[] = [];
  let outlineOf: OutlineOf = readOutlineNow;
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const before = clock();
    const some = ids.slice(first, first + AT_ONCE);
    rows.push(...(await Promise.all(some.map((id) => readRow(dir, id, outlineOf, clock)))));
    if (clock() - before > some.length * SLOW_MS) outlineOf = readOutline;
  }
  return rows.sort((one, other) => other.started - one.started || (one.id < other.id ? 1 : -1));
}

/**
 * The run a person means.
 * @param ref an id, the beginning of exactly one id, a name (its newest run), or `latest`; left out, the newest run
 * @throws UserError when there is none or when it is the beginning of several ids.
 */
export async function resolveRun(dir: string, ref?: string): Promise<ResolvedRun> {
  const ids = await runIds(dir);
  if (ids.length === 0) throw new UserError(`there is no run in ${dir}: start one with tracelet run, or say --dir`);
  const wanted = ref ?? "latest";
  if (ids.includes(wanted)) return runOf(dir, wanted);
  const beginning = ids.filter((id) => wanted !== "" && id.startsWith(wanted));
  const [only, another] = beginning;
  if (only !== undefined && another === undefined) return runOf(dir, only);
  const rows = await listRuns(dir);
  const [newest] = rows.filter((row) => wanted === "latest" || (wanted !== "" && row.name === wanted));
  if (newest !== undefined) return runOf(dir, newest.id);
  if (another === undefined) {
    throw new UserError(`there is no run ${quoted(wanted)} in ${dir}: it has ${named(rows)}; tracelet runs lists all`);
  }
  const candidates = rows.filter(({ id }) => beginning.includes(id));
  throw new UserError(`${quoted(wanted)} begins several ids: ${named(candidates)}; tracelet runs lists all`);
}

async function runIds(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(runsFolder(dir), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map((entry) => entry.name);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT") return [];
    throw new UserError(`the store ${dir} cannot be read: ${wordsOf(error)}; name another folder with --dir`, {
      cause: error,
    });
  }
}

type OutlineOf = (journal: string) => RunOutline | Promise<RunOutline>;

async function readRow(dir: string, id: string, outlineOf: OutlineOf, clock: () => number): Promise<RunSummaryRow> {
  const run = runOf(dir, id);
  try {
    const { header, launch, end } = await outlineOf(run.journal);
    const started = header?.started ?? startedOf(id) ?? 0;
    const status = await statusOf(run, { started, launch, end }, clock);
    return {
      id,
      name: header?.name ?? "",
      project: header?.project ?? "",
      status,
      ...(status === "orphaned" && launch !== undefined ? { child_pid: launch.pid } : {}),
      ...(end?.exitCode === undefined ? {} : { exit_code: end.exitCode }),
      ...(end?.signal === undefined ? {} : { signal: end.signal }),
      started,
      ...(end === undefined ? {} : { ended: end.ended }),
    };
  } catch (error) {
    // No journal, not ours to read, or of a later version: the list of the others matters more than why.
    if (!isSystemError(error) && !(error instanceof UserError)) throw error;
    return { id, name: "", project: "", status: "crashed", started: startedOf(id) ?? 0 };
  }
}

/** The run of this id, whether it is there or not. */
export function runOf(dir: string, id: string): ResolvedRun {
  return { ...runDirectory(join(runsFolder(dir), id)), id };
}

function named(rows: readonly RunSummaryRow[]): string {
  const names = rows.slice(0, MOST_NAMED).map(({ id, name }) => (name === "" ? id : `${id} (${name})`));
  return names.join(", ") + (rows.length > MOST_NAMED ? ` and ${rows.length - MOST_NAMED} more` : "");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
