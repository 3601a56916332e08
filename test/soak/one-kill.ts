import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startTracelet, until, journalSoFar, type JournalLine, runFolders } from "../support/tracelet.ts";

export type Victim = "watcher" | "wrapper" | "both";

export const LINES = 600;
const PAUSE_MS = 3;
/** The most that a wrapper has read and not yet written: what a pipe holds. */
const ONE_READ = 65_536;
const CHILD = fileURLToPath(new URL("numbered-lines.mjs", import.meta.url));
const QUIET = ["--quiet", "--no-track-system", "--no-track-gpu", "--no-track-disk", "--no-track-network"];

/** What went wrong with one kill; nothing, when all went as it should. */
export interface Kill {
  /** The command's own record is not complete, or its status did not come through. */
  readonly hurt: readonly string[];
  /** Something that was journaled, or should have been, is not there, or is there twice. */
  readonly lost: readonly string[];
}

export interface KillOptions {
  readonly victim: Victim;
  /** A folder of its own; made where it is missing. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Further ones for `tracelet run`. */
  readonly flags: readonly string[];
  /** How far in the run, from 0 to 1. */
  readonly moment: number;
}

/** Runs a command that prints numbered lines, and kills a process of tracelet's at some moment of it. */
export async function killOnce({ victim, cwd, env, flags, moment }: KillOptions): Promise<Kill> {
  await mkdir(cwd, { recursive: true });
  const record = join(cwd, "record");
  const command = [process.execPath, CHILD, record, String(LINES), String(PAUSE_MS)];
  const running = startTracelet(["run", ...QUIET, "--interval", "0.2", ...flags, "--", ...command], { cwd, env });
  await until("the moment", async () => existsSync(record) && (await linesOf(record)).length > moment * LINES, 60);
  // The wrapper is killed whether or not the watcher is at work already.
  if (victim !== "wrapper") kill(await watcherOf(cwd));
  if (victim !== "watcher") running.kill("SIGKILL");
  const ended = await running.ended;
  await until("the command's end", async () => /^(end|broken .*)$/m.test(await readFile(record, "utf8")), 60);
  const own = await linesOf(record);
  if (victim === "both") return { hurt: [], lost: await lostWithBoth(cwd, own) };
  const journal = await until(
    "the end in the journal",
    async () => {
      const records = await journalOf(cwd);
      return newest(records, "end") !== undefined && records;
    },
    60,
  );
  const hurt = own.at(-1) === "end" && own.length === LINES + 1 ? [] : [`the command printed ${own.at(-1)}`];
  if (victim === "wrapper") return { hurt, lost: await lostWithWrapper(cwd, journal) };
  const status = ended.code === 7 ? [] : [`tracelet ended with ${ended.code ?? ended.signal}: ${ended.errors}`];
  const output = ended.stdout.toString() === printed() ? [] : ["the output is not what was printed"];
  const steps = stepsIn(journal);
  return { hurt: [...hurt, ...status, ...output], lost: differ("points", steps, upTo(LINES)) };
}

/** The steps of the training metrics in a journal, in its order. */
export function stepsIn(journal: readonly JournalLine[]): number[] {
  return journal.filter(({ type }) => type === "metrics").map(({ step }) => Number(step));
}

export async function journalOf(cwd: string): Promise<JournalLine[]> {
  const [folder] = await runFolders(cwd);
  return journalSoFar(folder);
}

/** All but one piece of the output is in the log, a gap tells of it, and each whole line of the log is a point. */
async function lostWithWrapper(cwd: string, journal: readonly JournalLine[]): Promise<string[]> {
  const [folder = ""] = await runFolders(cwd);
  const log = await readFile(join(folder, "output.log"), "utf8");
  const hole = holeIn(printed(), log);
  if (hole === undefined) return ["the log is not the output without one piece"];
  const [from, to] = hole;
  const whole = upTo(LINES).filter((step) => endOf(step) <= from || endOf(step - 1) >= to);
  const steps = stepsIn(journal);
  const isTold = journal.some(({ type, what }) => type === "gap" && what === "output");
  return [
    ...(to - from > ONE_READ ? [`${to - from} bytes are not in the log`] : []),
    // A kill may come when all is written: then nothing is missing.
    ...(isTold || from === to ? [] : ["no gap tells of what is missing"]),
    ...differ(
      "points",
      steps.filter((step) => whole.includes(step)),
      whole,
    ),
  ];
}

/** What the command had printed up to some moment is there, once and in order. */
async function lostWithBoth(cwd: string, own: readonly string[]): Promise<string[]> {
  const steps = stepsIn(await journalOf(cwd));
  const isEnd = /^(end|broken \d+ EPIPE)$/.test(own.at(-1) ?? "");
  return [
    ...(isEnd ? [] : [`the command met ${own.at(-1)} in place of a closed pipe`]),
    ...differ("points", steps, upTo(steps.length)),
  ];
}

/** Where the one piece that a text lacks of another begins and ends there. */
function holeIn(whole: string, text: string): [number, number] | undefined {
  let from = 0;
  while (from < text.length && text[from] === whole[from]) from += 1;
  const to = whole.length - (text.length - from);
  return to >= from && whole.slice(0, from) + whole.slice(to) === text ? [from, to] : undefined;
}

function printed(lines = LINES): string {
  return upTo(lines)
    .map((step) => `step=${step} loss=${(1 / step).toFixed(6)}\n`)
    .join("");
}

/** The byte behind a line. */
function endOf(step: number): number {
  return printed(step).length;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function differ(what: string, found: readonly number[], wanted: readonly number[]): string[] {
  return found.join() === wanted.join() ? [] : [`${what}: ${found.length} of ${wanted.length}: ${found.join(" ")}`];
}

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, "utf8")).trimEnd().split("\n");
}

async function watcherOf(cwd: string): Promise<number> {
  const found = await until("a watcher at work", async () => newest(await journalOf(cwd), "watcher"), 60);
  return Number(found["pid"]);
}

function newest(journal: readonly JournalLine[], type: string): JournalLine | undefined {
  return journal.findLast((record) => record.type === type);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has just been done with the run
  }
}
