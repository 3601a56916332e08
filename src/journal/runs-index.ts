import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RunStatus } from "../model/run.ts";
import type { RunSummaryRow } from "../model/view.ts";
import type { FileState } from "./outline.ts";
import { parseJsonObject } from "./json-object.ts";
import { isSystemError } from "./system-error.ts";

/** Another form of the file gets another number: what has not this one is not read. */
const VERSION = 1;

/** Runs that have to be new before the file is written: reading fewer takes no time. */
const WORTH_WRITING = 100;

const ENDED: readonly string[] = ["finished", "failed", "killed", "crashed"] satisfies RunStatus[];

/** A run that has ended, as its journal of this size and time says it. A list is read in half the time of an object. */
type Entry = readonly [
  id: string,
  size: number,
  mtimeMs: number,
  name: string,
  project: string,
  status: RunStatus,
  started: number,
  ended: number,
  exitCode: number | null,
  signal: string | null,
];

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";
const FIELDS: readonly Check[] = [
  isText,
  isNumber,
  isNumber,
  isText,
  isText,
  (value) => ENDED.includes(String(value)),
  isNumber,
  isNumber,
  (value) => value === null || isNumber(value),
  (value) => value === null || isText(value),
];

type Check = (value: unknown) => boolean;

/**
 * What the list of runs was, kept in the store as `runs.index`, so that the next list need not open every journal. A cache
 * and nothing else: only runs whose end is recorded are in it, an entry counts only while the journal has its size and its
 * time, and whoever removes the file or writes nonsense into it loses nothing.
 */
export class RunsIndex {
  readonly #path: string;
  readonly #known: ReadonlyMap<string, unknown>;
  readonly #entries: Entry[] = [];
  #new = 0;

  constructor(dir: string) {
    this.#path = join(resolve(dir), "runs.index");
    this.#known = readKnown(this.#path);
  }

  /** Whether anything is said of this run. */
  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** The run as it was listed before, where its journal has not changed since. */
  find(id: string, { size, mtimeMs }: FileState): RunSummaryRow | undefined {
    const entry = this.#known.get(id);
    if (!isEntry(entry) || entry[1] !== size || entry[2] !== mtimeMs) return undefined;
    this.#entries.push(entry);
    return rowOf(entry);
  }

  /** A run that was read now. */
  add(file: FileState, row: RunSummaryRow): void {
    if (row.ended === undefined) return;
    const { id, name, project, status, started, ended, exit_code = null, signal = null } = row;
    this.#entries.push([id, file.size, file.mtimeMs, name, project, status, started, ended, exit_code, signal]);
    this.#new += 1;
  }

  /**
   * Keeps what was found and added, where that is worth it. Two processes that do so at once both write a whole file, and
   * the last one stays.
   */
  write(): void {
    if (this.#new < WORTH_WRITING) return;
    const made = `${this.#path}.new-${process.pid}`;
    try {
      writeFileSync(made, JSON.stringify({ version: VERSION, runs: this.#entries }), { flag: "wx", mode: 0o600 });
      renameSync(made, this.#path);
    } catch (error) {
      // A store that is not ours to write, or on a full disk, is listed all the same.
      if (!isSystemError(error)) throw error;
      rmSync(made, { force: true });
    }
  }
}

function readKnown(path: string): ReadonlyMap<string, unknown> {
  try {
    const { version, runs } = parseJsonObject(readFileSync(path, "utf8"));
    if (version !== VERSION || !Array.isArray(runs)) return new Map();
    return new Map(runs.map((entry: unknown) => [Array.isArray(entry) ? String(entry[0]) : "", entry]));
  } catch (error) {
    // None yet, or not ours to read.
    if (isSystemError(error)) return new Map();
    throw error;
  }
}

function isEntry(value: unknown): value is Entry {
  return Array.isArray(value) && FIELDS.every((check, index) => check(value[index]));
}

function rowOf([id, , , name, project, status, started, ended, exitCode, signal]: Entry): RunSummaryRow {
  return {
    id,
    name,
    project,
    status,
    ...(exitCode === null ? {} : { exit_code: exitCode }),
    ...(signal === null ? {} : { signal }),
    started,
    ended,
  };
}
