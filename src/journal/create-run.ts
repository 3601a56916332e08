import { lstatSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../model/error.ts";
import { JOURNAL_VERSION } from "../model/record.ts";
import type { RunHeader } from "../model/run.ts";
import { encodeRecord } from "./encode.ts";
import { type RunDirectory, runDirectory, runsFolder } from "./run-directory.ts";
import { isSystemError, wordsOf } from "./system-error.ts";

/** The id belongs to another run already: take a new one. */
export class RunIdTakenError extends UserError {}

/**
 * Makes the folder of a new run and writes the first record of its journal. Synchronous on purpose: the child is
 * launched right after it. The store's folder is made where it is missing, with a `.gitignore` for everything in it.
 * @param dir the store's folder, `--dir`
 * @throws UserError when the folder cannot be made or written; nothing of the run is left behind then.
 */
export function createRun(dir: string, header: RunHeader): RunDirectory {
  const run = runDirectory(join(runsFolder(dir), header.id));
  try {
    makeFolders(runsFolder(dir));
    ignoreForGit(dir);
    mkdirSync(run.root);
  } catch (error) {
    throw explained(error, run.root, dir);
  }
  try {
    const line = encodeRecord({ type: "run", version: JOURNAL_VERSION, ...header });
    // The command and its parameters may hold secrets: nobody else's to read.
    writeFileSync(run.journal, line, { flag: "wx", mode: 0o600 });
  } catch (error) {
    rmSync(run.root, { recursive: true, force: true });
    throw explained(error, run.journal, dir);
  }
  return run;
}

/** Not mkdir's own `recursive`: below /proc and where a link leads nowhere Node 20 tries that for ever. */
function makeFolders(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "EEXIST" && statSync(path).isDirectory()) return;
    if (error.code !== "ENOENT" || dirname(path) === path || lstatSync(dirname(path), { throwIfNoEntry: false })) {
      throw error;
    }
    makeFolders(dirname(path));
    makeFolders(path);
  }
}

/** A store in somebody's repository is no part of it; `*` hides the file itself too. */
function ignoreForGit(dir: string): void {
  try {
    writeFileSync(join(resolve(dir), ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EEXIST") throw error;
  }
}

function explained(error: unknown, path: string, dir: string): unknown {
  if (!isSystemError(error)) return error;
  if (error.code === "EEXIST" && error.path === path) {
    return new RunIdTakenError(`there is a run at ${path} already: start the run again for a new id`, { cause: error });
  }
  return new UserError(
    `the run directory ${path} cannot be made: ${wordsOf(error)}; choose another folder than ${dir} with --dir`,
    { cause: error },
  );
}
