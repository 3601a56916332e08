import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { killGroup } from "../probes/kill-group.ts";

export interface WandbSyncOptions {
  /** A program and its arguments. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Seconds without a word of it after which it is ended. */
  readonly timeout: number;
  readonly cancelled: AbortSignal;
  /** It has said something. */
  readonly onProgress: () => void;
}

/** How it went: where a person can look at the run, or why it is not there. */
export type WandbSyncOutcome = { readonly url: string | undefined } | { readonly failure: string };

/** Has the user's own `wandb` upload a run, with the user's login. What it prints is not for the terminal. Never rejects. */
export async function syncWithWandb(options: WandbSyncOptions): Promise<WandbSyncOutcome> {
  const [file = "", ...args] = options.command;
  if (options.cancelled.aborted) return { failure: "it was not waited for" };
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      windowsHide: true,
    });
  } catch (error) {
    return { failure: `it cannot be started (${error instanceof Error ? error.message : String(error)})` };
  }
  return new Promise((resolve) => attend(child, options, resolve));
}

function attend(
  child: ChildProcess,
  { timeout, cancelled, onProgress }: WandbSyncOptions,
  resolve: (outcome: WandbSyncOutcome) => void,
): void {
  let url: string | undefined;
  let last = "";
  const settle = (outcome: WandbSyncOutcome) => {
    clearTimeout(timer);
    cancelled.removeEventListener("abort", leave);
    resolve(outcome);
  };
  const end = (failure: string) => {
    killGroup(child);
    settle({ failure });
  };
  const giveUp = () => end(`it said nothing for ${timeout} s`);
  const leave = () => end("it was not waited for");
  let timer = setTimeout(giveUp, timeout * 1000);
  cancelled.addEventListener("abort", leave);
  const hear = (line: string) => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, timeout * 1000);
    onProgress();
    url = / at (https?:\/\/\S+)$/.exec(line)?.[1] ?? url;
    last = line.replace(/^wandb: /, "").trim() || last;
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", hear);
  }
  child.once("error", ({ code, message }: NodeJS.ErrnoException) =>
    settle({
      failure: code === "ENOENT" ? "there is no wandb command here" : `it cannot be started (${code ?? message})`,
    }),
  );
  // Its streams have ended then, so that the last line is known.
  child.once("close", (code, signal) => {
    if (code === 0) settle({ url });
    else settle({ failure: last === "" ? (signal === null ? `exit status ${code}` : `ended by ${signal}`) : last });
  });
}
