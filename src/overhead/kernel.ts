// The work that `tracelet overhead` times where no command is given: a program of its own, dist/kernel.cjs. It does on
// stdin's word what kernel-session.ts asks for, on as many processes as its argument says, and ends with stdin.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { createKernelWork, type KernelWork } from "./kernel-work.ts";

/** Milliseconds between two lines, so that each finds everybody waiting. */
const LINE_PACE = 5;

/** What makes V8 compile both kernels before anything counts. */
const WARM_UP = { compute: 20, traverse: 2, pieces: 100 };

void serve(Number(process.argv[2] ?? 1));

async function serve(processes: number): Promise<void> {
  const workers = await Promise.all(Array.from({ length: processes - 1 }, startWorker));
  const own = createKernelWork();
  workOn(own, WARM_UP.compute, WARM_UP.traverse);
  for (let piece = 0; piece < WARM_UP.pieces; piece += 1) own.piece();
  say("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, first = 0, second = 0] = line.split(" ").map((part, index) => (index === 0 ? part : Number(part)));
    if (word === "work") await workTogether(own, workers, Number(first), Number(second));
    if (word === "print") await printLines(Number(first));
    if (word === "trace") await traceTogether(own, workers, Number(first));
  }
  for (const worker of workers) worker.process.stdin?.end();
}

interface Worker {
  readonly process: ChildProcess;
  /** When it is through with what it was told, on the clock that all processes share, in nanoseconds. */
  next(): Promise<bigint>;
  /** The next line that it says. */
  line(): Promise<string>;
}

async function startWorker(): Promise<Worker> {
  const child = spawn(process.execPath, [__filename, "1"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const line = async () => String((await lines.next()).value);
  return {
    process: child,
    line,
    async next() {
      return BigInt((await line()).split(" ")[2] ?? 0);
    },
  };
}

/** Says how long it took until the last was through, and when that was, both in nanoseconds. */
async function workTogether(own: KernelWork, workers: readonly Worker[], units: number, passes: number): Promise<void> {
  const started = process.hrtime.bigint();
  for (const worker of workers) worker.process.stdin?.write(`work ${units} ${passes}\n`);
  workOn(own, units, passes);
  const ends = [process.hrtime.bigint(), ...(await Promise.all(workers.map((worker) => worker.next())))];
  const last = ends.reduce((latest, end) => (end > latest ? end : latest));
  say(`worked ${last - started} ${last}`);
}

function workOn(work: KernelWork, units: number, passes: number): void {
  work.compute(units);
  work.traverse(passes);
}

/** Works for so many milliseconds, and says of each process when it was through with each piece. */
async function traceTogether(own: KernelWork, workers: readonly Worker[], milliseconds: number): Promise<void> {
  for (const worker of workers) worker.process.stdin?.write(`trace ${milliseconds}\n`);
  say(tracePieces(own, milliseconds));
  for (const worker of workers) {
    say(await worker.line());
    await worker.line();
  }
  say("traced");
}

/** `progress 1795378530012.345 812 790 …`: milliseconds since the epoch, then microseconds from piece to piece. */
function tracePieces(work: KernelWork, milliseconds: number): string {
  const now = () => performance.timeOrigin + performance.now();
  const started = now();
  const ends = [started];
  for (let last = started; last - started < milliseconds;) {
    work.piece();
    last = now();
    ends.push(last);
  }
  const took = ends
    .slice(1)
    .map((end, index) => Math.round(1000 * (end - started)) - Math.round(1000 * ((ends[index] ?? 0) - started)));
  return `progress ${started.toFixed(3)} ${took.join(" ")}`;
}

async function printLines(count: number): Promise<void> {
  for (let line = 0; line < count; line += 1) {
    await wait(LINE_PACE);
    say(`line ${line} at ${performance.timeOrigin + performance.now()}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
