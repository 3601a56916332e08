import type { PtyMode } from "../model/settings.ts";
import type { StreamName } from "../model/run.ts";

/** What our own streams are. */
export interface OwnStreams {
  /** The device behind each that is a terminal. */
  readonly terminals: Readonly<Partial<Record<"stdin" | StreamName, number>>>;
  /** Pseudo-terminals cannot be had on this system. */
  readonly arePipesOnly: boolean;
}

/** What the child gets for each of its streams. */
export interface StreamPlan {
  readonly stdout: "terminal" | "pipe";
  /** `with stdout`: both are one terminal, and what is printed to them stays in order. */
  readonly stderr: "terminal" | "pipe" | "with stdout";
  /**
   * The child lives in the pseudo-terminal: it is a session of its own, and the keyboard is ours to hand over. Otherwise
   * it stays in our session with our stdin, and a pseudo-terminal is only what it prints to.
   */
  readonly isInteractive: boolean;
}

/**
 * Each of stdout and stderr keeps its nature. The keyboard is taken only where nobody else can want it: in
 * `tracelet run … | less` it is the pager's.
 */
export function planStreams(pty: PtyMode, own: OwnStreams): StreamPlan {
  const { stdin, stdout, stderr } = own.terminals;
  const isTerminal = (device: number | undefined) =>
    !own.arePipesOnly && pty !== "never" && (pty === "always" || device !== undefined);
  const isOne = stdout !== undefined && stdout === stderr;
  const plan = { stdout: isTerminal(stdout) ? "terminal" : "pipe", isInteractive: false } as const;
  return {
    ...plan,
    stderr: stderrOf(plan.stdout, isTerminal(stderr), isOne),
    isInteractive: plan.stdout === "terminal" && stdout !== undefined && stdin === stdout,
  };
}

function stderrOf(stdout: "terminal" | "pipe", isTerminal: boolean, isOne: boolean): StreamPlan["stderr"] {
  if (!isTerminal) return "pipe";
  return stdout === "terminal" && isOne ? "with stdout" : "terminal";
}
