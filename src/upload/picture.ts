import { spawn } from "node:child_process";
import { access, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readJournalChunks } from "../journal/reader.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { drawResourceUsage } from "../report/resource-usage.ts";
import { UsageFold } from "../report/usage-fold.ts";

/** As seen from a bundle in dist. */
const SCRIPT = join(__dirname, "..", "bin", "picture.js");
/** A picture is made in half a second of CPU time; a machine that is very busy gets this long. */
const TIMEOUT_MS = 30_000;
/** Longer than any picture of ours is. */
const MOST_BYTES = 8 * 1024 * 1024;
/** What it is drawn from: the many records of metrics need not be read. */
const DRAWN = new Set(["run", "launch", "gap", "sample", "end"] as const);

export interface PictureOptions {
  /** The program that makes a PNG of an SVG, where it is not beside the bundles. */
  readonly script?: string;
  /** Milliseconds that it may take. */
  readonly timeout?: number;
  /** Nobody waits for it any more. */
  readonly cancelled?: AbortSignal;
  readonly onProgress?: () => void;
}

/**
 * Draws what a run used into `analysis/resource_usage.png` of its directory, where that is not done yet. A run without
 * readings gets no picture.
 * @throws what the file system throws, and an `Error` when the program fails
 */
export async function drawPicture(run: RunDirectory, options: PictureOptions = {}): Promise<void> {
  if (await isThere(run.picture)) return;
  const fold = new UsageFold();
  for await (const entries of readJournalChunks(run.journal, { types: DRAWN })) {
    for (const { record } of entries) fold.add(record);
    options.onProgress?.();
  }
  const { usage } = fold;
  if (usage === undefined) return;
  const png = await rasterised(drawResourceUsage(usage), options);
  options.onProgress?.();
  await mkdir(dirname(run.picture), { recursive: true, mode: 0o700 });
  const temporary = `${run.picture}.${process.pid}.tmp`;
  await writeFile(temporary, png, { mode: 0o600 });
  await rename(temporary, run.picture);
}

/** In a process of its own, which takes 70 MB for a moment and is gone. */
async function rasterised(svg: string, options: PictureOptions): Promise<Buffer> {
  const { script = SCRIPT, timeout = TIMEOUT_MS, cancelled } = options;
  const child = spawn(process.execPath, [script], {
    cwd: "/",
    stdio: ["pipe", "pipe", "ignore"],
    windowsHide: true,
    killSignal: "SIGKILL",
    ...(cancelled === undefined ? {} : { signal: cancelled }),
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) child.kill("SIGKILL");
  });
  // One that ends before it has read everything says with its exit status that it failed.
  child.stdin.on("error", () => {});
  child.stdin.end(svg);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0 && bytes > 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`the picture of the run could not be drawn (${signal ?? `exit status ${code}`})`));
    });
  });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false, // or out of reach, which writing to it will show
  );
}
