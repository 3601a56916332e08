import { setTimeout as wait } from "node:timers/promises";
import { type RunRecord, readRecord } from "./run-record.ts";
import type { Session, TimedLine } from "./session.ts";
import { parseProgress, type Progress } from "./progress.ts";
import type { Stage } from "./stage.ts";

/** A kernel that waits to be told what to do; under tracelet, the first sample has been taken. */
export interface KernelSession {
  readonly session: Session;
  /** Works on all its processes, and returns seconds until the last was through. */
  work(amount: WorkAmount): Promise<number>;
  /** Works on all its processes for so many seconds, and returns the progress of each. */
  trace(seconds: number): Promise<Progress[]>;
  /** Milliseconds that so many lines took to reach us, each. */
  print(lines: number): Promise<number[]>;
  /** Lets it end, and returns what tracelet took before its start and after its end in seconds, where it was there. */
  finish(): Promise<{ readonly once?: number }>;
}

export interface WorkAmount {
  readonly units: number;
  readonly passes: number;
}

export interface KernelPlan {
  /** What starts the kernel: a program and its first arguments. */
  readonly kernel: readonly string[];
  readonly processes: number;
  /** Left out, tracelet is not there. */
  readonly interval?: number;
  readonly signal: AbortSignal;
}

/** Milliseconds after which a start is given up. */
const PATIENCE = 30_000;
const LOOK = 20;

/** Milliseconds of rest for both, so that nothing of a start is still going on. */
const SETTLE = 200;

/** Starts a kernel, by itself or under `tracelet run`, and waits until it is ready. */
export async function startKernel(stage: Stage, plan: KernelPlan): Promise<KernelSession> {
  const { kernel, processes, interval, signal } = plan;
  const command = [...kernel, String(processes)];
  const session = stage.start({ command, talks: true, ...(interval === undefined ? {} : { interval }) });
  await answer(session, "ready");
  if (session.store !== undefined) await firstSample(session.store, signal);
  await wait(SETTLE, undefined, { signal });
  return {
    session,
    async work({ units, passes }) {
      session.say(`work ${units} ${passes}`);
      const { text } = await answer(session, "worked ");
      return Number(text.split(" ")[1]) / 1e9;
    },
    async trace(seconds) {
      session.say(`trace ${Math.round(1000 * seconds)}`);
      const progress: Progress[] = [];
      while (progress.length < processes) progress.push(parseProgress((await answer(session, "progress ")).text));
      await answer(session, "traced");
      return progress;
    },
    async print(count) {
      session.say(`print ${count}`);
      const latencies: number[] = [];
      for (let line = 0; line < count; line += 1) {
        const { text, at } = await answer(session, "line ");
        latencies.push(at - Number(text.split(" ")[3]));
      }
      return latencies;
    },
    async finish() {
      session.process.stdin?.end();
      const { milliseconds, code, lastWords } = await session.ended;
      if (code !== 0) throw new Error(`the kernel ended with ${code}: ${lastWords}`);
      return onceOf(session.store === undefined ? undefined : await readRecord(session.store), milliseconds);
    },
  };
}

/** What a whole `tracelet run` took beyond the command itself, in seconds. */
export function onceOf(record: RunRecord | undefined, milliseconds: number): { readonly once?: number } {
  if (record?.launched === undefined || record.ended === undefined) return {};
  return { once: (milliseconds - (record.ended - record.launched)) / 1000 };
}

async function answer(session: Session, beginning: string): Promise<TimedLine> {
  const line = await session.nextLine();
  if (line?.text.startsWith(beginning) === true) return line;
  const { code, signal, lastWords } = await session.ended;
  throw new Error(`the kernel ended with ${code ?? signal} where it was to say '${beginning}': ${lastWords}`);
}

async function firstSample(store: string, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < PATIENCE; waited += LOOK) {
    const record = await readRecord(store);
    if ((record?.samples.length ?? 0) > 0) return;
    await wait(LOOK, undefined, { signal });
  }
  throw new Error(`no sample within ${PATIENCE / 1000} s`);
}
