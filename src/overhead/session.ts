import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { readRecord } from "./run-record.ts";

export interface SessionPlan {
  readonly command: readonly string[];
  /** The folder of its runs, where it is a `tracelet run`. */
  readonly store: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether its stdin and stdout are pipes of ours; else what it prints is thrown away. */
  readonly talks: boolean;
}

/** A line and when it came: milliseconds since the epoch, with a fraction. */
export interface TimedLine {
  readonly text: string;
  readonly at: number;
}

export interface SessionEnd {
  /** 128 + n after signal n does not occur: `signal` has it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from its start to its exit. */
  readonly milliseconds: number;
  /** The end of what it wrote to stderr, where it talks. */
  readonly lastWords: string;
}

/** A process that was started. */
export interface Session {
  readonly pid: number;
  readonly store: string | undefined;
  readonly process: ChildProcess;
  /** The next line of its stdout; undefined when there is none any more. */
  nextLine(): Promise<TimedLine | undefined>;
  say(line: string): void;
  /** Rejects where it could not be started. */
  readonly ended: Promise<SessionEnd>;
}

/** Milliseconds that a process has between being asked to end and being killed. */
const GRACE = 1500;
const LOOK = 20;

/** Bytes of stderr that are kept. */
const LAST_WORDS = 4096;

/** Starts it in a process group of its own: a key typed at our terminal reaches us alone, and we end the whole group. */
export function startSession({ command, store, cwd, env, talks }: SessionPlan): Session {
  const [file = "", ...args] = command;
  const started = performance.now();
  const stdio = talks ? (["pipe", "pipe", "pipe"] as const) : (["ignore", "ignore", "ignore"] as const);
  const child: ChildProcess = spawn(file, args, { cwd, env, stdio: [...stdio], detached: true });
  let lastWords = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    lastWords = (lastWords + bytes.toString()).slice(-LAST_WORDS);
  });
  // It may end while we speak to it; how it ended says why.
  child.stdin?.on("error", () => undefined);
  const ended = new Promise<SessionEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      resolve({ code, signal, milliseconds: performance.now() - started, lastWords: lastWords.trim() });
    });
  });
  ended.catch(() => undefined); // whoever waits for it is told
  return {
    pid: child.pid ?? 0,
    store,
    process: child,
    nextLine: linesOf(child),
    say: (line) => void child.stdin?.write(`${line}\n`),
    ended,
  };
}

/** Ends it and everything below it, tracelet's watcher included: asks, and kills what does not go. Never throws. */
export async function endSession({ pid, store, process: child, ended }: Session): Promise<void> {
  if (pid === 0) return;
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  if (!isOver()) {
    // Only the first process: under tracelet, it passes the signal on.
    child.kill("SIGTERM");
    await Promise.race([ended.catch(() => undefined), wait(GRACE)]);
    if (!isOver()) send(-pid, "SIGKILL");
    await ended.catch(() => undefined);
  }
  // What the command has left behind in its group.
  send(-pid, "SIGKILL");
  const watcher = store === undefined ? undefined : (await readRecord(store))?.watcherPid;
  if (watcher !== undefined) await endWatcher(watcher);
}

/** It ends by itself as the wrapper does, unless that was killed. */
async function endWatcher(pid: number): Promise<void> {
  for (let waited = 0; waited < GRACE && send(pid, 0); waited += LOOK) await wait(LOOK);
  send(pid, "SIGKILL");
}

/** Whether there was somebody to send it to. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false; // it has ended
  }
}

function linesOf(child: ChildProcess): () => Promise<TimedLine | undefined> {
  const lines: (TimedLine | undefined)[] = [];
  const waiting: ((line: TimedLine | undefined) => void)[] = [];
  let begun = "";
  const give = (line: TimedLine | undefined) => {
    const taker = waiting.shift();
    if (taker === undefined) lines.push(line);
    else taker(line);
  };
  child.stdout?.on("data", (bytes: Buffer) => {
    const at = performance.timeOrigin + performance.now();
    const parts = (begun + bytes.toString("latin1")).split("\n");
    begun = parts.pop() ?? "";
    for (const text of parts) give({ text, at });
  });
  // Whoever hears that there is no more asks no further.
  child.stdout?.once("close", () => give(undefined));
  return () =>
    lines.length > 0 ? Promise.resolve(lines.shift()) : new Promise((resolve) => void waiting.push(resolve));
}
