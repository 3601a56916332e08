import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { RunDirectory } from "../journal/run-directory.ts";

/** As seen from a bundle in dist. */
const EXECUTABLE = join(__dirname, "..", "bin", "run.js");
/** A million points take three seconds; a machine that is very busy gets this long. */
const TIMEOUT_MS = 60_000;

export interface ReportFileOptions {
  /** tracelet itself, where it is not beside the bundles. */
  readonly executable?: string;
  /** Milliseconds that it may take. */
  readonly timeout?: number;
  /** Nobody waits for it any more. */
  readonly cancelled?: AbortSignal;
}

/**
 * Has `tracelet report` write the page of a run into its directory, where it is not newer than the journal. In a process of
 * its own, which takes 120 MB for a moment and is gone.
 * @throws an `Error` when it fails
 */
export async function writeReportFile(run: RunDirectory, options: ReportFileOptions = {}): Promise<void> {
  const { executable = EXECUTABLE, timeout = TIMEOUT_MS, cancelled } = options;
  if ((await changed(run.report)) > (await changed(run.journal))) return;
  // <store>/runs/<id>
  const store = dirname(dirname(run.root));
  const child = spawn(process.execPath, [executable, "report", basename(run.root), "--dir", store], {
    // The command may have removed the folder that we are in, and no settings file matters here.
    cwd: "/",
    stdio: "ignore",
    windowsHide: true,
    killSignal: "SIGKILL",
    timeout,
    ...(cancelled === undefined ? {} : { signal: cancelled }),
  });
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`the report of the run could not be written (${signal ?? `exit status ${code}`})`));
    });
  });
}

/** Milliseconds since the epoch; 0 for a file that is not there. */
async function changed(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
