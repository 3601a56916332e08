import type { RunEnd } from "../model/run.ts";
import type { Outcome } from "./exit-status.ts";

/** How the child ended, as Node tells it. A realtime signal, which it has no name for, it reports as status 0. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** When, in milliseconds since the epoch. */
  readonly ended: number;
}

/** The end of the run, for the journal. */
export function endOf({ code, signal, ended }: ChildExit): RunEnd {
  if (signal !== null) return { status: "killed", ended, signal };
  const exitCode = code ?? 0;
  return { status: exitCode === 0 ? "finished" : "failed", ended, exitCode };
}

/** How tracelet is to end. */
export function outcomeOf({ code, signal }: ChildExit): Outcome {
  return signal === null ? { code: code ?? 0 } : { signal };
}
