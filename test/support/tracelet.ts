import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { endProcessesIn } from "./leftovers.ts";

/** The real executable. */
export const EXECUTABLE = fileURLToPath(new URL("../../bin/run.js", import.meta.url));

/** How a process ended, and every byte it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** stderr as text. */
  readonly errors: string;
  /** Milliseconds from start to exit. */
  readonly milliseconds: number;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What is on stdin; nothing when left out. */
  readonly input?: string | Buffer;
}

/** A folder of its own for one test, removed after it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tracelet-test-"));
  onTestFinished(async () => {
    endProcessesIn(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** Starts `tracelet ARGS…` as a user would. */
export function startTracelet(
  args: readonly string[],
  options: StartOptions = {},
): ChildProcess & { ended: Promise<Ended> } {
  return start(process.execPath, [EXECUTABLE, ...args], options);
}

/** Runs `tracelet ARGS…` to its end. */
export async function tracelet(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return startTracelet(args, options).ended;
}

/** What a command that must succeed without a word on stderr wrote. */
export function textOf({ code, stdout, errors }: Ended): string {
  if (code !== 0 || errors !== "") throw new Error(`exit status ${code}: ${errors}`);
  return stdout.toString();
}

/** Starts any program and collects what it writes. */
export function start(
  file: string,
  args: readonly string[],
  options: StartOptions = {},
): ChildProcess & { ended: Promise<Ended> } {
  const started = performance.now();
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (bytes: Buffer) => stdout.push(bytes));
  child.stderr?.on("data", (bytes: Buffer) => stderr.push(bytes));
  if (options.input !== undefined) child.stdin?.end(options.input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const errors = Buffer.concat(stderr).toString();
      const milliseconds = performance.now() - started;
      resolve({ code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), errors, milliseconds });
    });
  });
  return Object.assign(child, { ended });
}

/** The environment without anything that steers tracelet, its backends or its colours. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const steering = /^(TRACELET|MLFLOW|WANDB|SLURM)_|^(CI|NO_COLOR|FORCE_COLOR|PYTHONUNBUFFERED|NODE_OPTIONS)$|^VITEST/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
}

/** One line of a journal, as any JSON reader sees it. */
export type JournalLine = Readonly<Record<string, unknown>> & { readonly type: string };

/** The folders of the runs in the store of `cwd`, oldest first. */
export async function runFolders(cwd: string, store = ".tracelet"): Promise<string[]> {
  const names = await readdir(join(cwd, store, "runs")).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.toSorted((one, other) => (one < other ? -1 : 1)).map((name) => join(cwd, store, "runs", name));
}

/** Every record of the only run in the store of `cwd`. */
export async function readOnlyJournal(cwd: string): Promise<JournalLine[]> {
  const [folder, another] = await runFolders(cwd);
  if (folder === undefined || another !== undefined) throw new Error(`not one run in ${cwd}`);
  return readJournalLines(folder);
}

export async function readJournalLines(folder: string): Promise<JournalLine[]> {
  return journalLines(await readFile(join(folder, "journal.jsonl"), "utf8"));
}

/**
 * What is in the journal of a run that goes on: nothing while there is none. What stands behind the last newline is
 * still being written.
 */
export async function journalSoFar(folder: string | undefined): Promise<JournalLine[]> {
  if (folder === undefined) return [];
  const text = await readFile(join(folder, "journal.jsonl"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return journalLines(text.slice(0, text.lastIndexOf("\n") + 1));
}

function journalLines(text: string): JournalLine[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JournalLine);
}

/** Looks again until a condition holds; fails with `what` after `seconds`. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  seconds = 30,
): Promise<Value> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`still not after ${seconds} s: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
