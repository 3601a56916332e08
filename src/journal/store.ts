import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../model/error.ts";
import type { RunSummaryRow } from "../model/view.ts";
import { type RunDirectory, runDirectory, runsFolder } from "./run-directory.ts";
import { RunRows } from "./run-rows.ts";
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
  const reader = new RunRows(dir, clock);
  const rows: RunSummaryRow[] = [];
  let isSlow = false;
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const before = clock();
    const some = ids.slice(first, first + AT_ONCE);
    rows.push(...(await Promise.all(some.map(async (id) => (isSlow ? reader.inTime(id) : reader.now(id))))));
    if (clock() - before > some.length * SLOW_MS) isSlow = true;
  }
  reader.remember();
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
