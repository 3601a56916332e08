import { fstatSync } from "node:fs";
import { isatty } from "node:tty";
import type { StreamName } from "../model/run.ts";
import type { PtyMode } from "../model/settings.ts";
import { pipesUnavailable, terminalUnavailable } from "../terminal/warnings.ts";
import { loadTerminalCalls, type TerminalCalls } from "../tty/terminal-calls.ts";
import { openOutputPipes, type OutputPipe } from "./pipes.ts";
import { PseudoTerminal } from "./pseudo-terminal.ts";
import { type OwnStreams, planStreams, type StreamPlan } from "./stream-plan.ts";

/** What one of the child's streams goes through. `socket`: Node makes a socket pair for it at the launch. */
export type OutputWay =
  | { readonly kind: "pipe"; readonly pipe: OutputPipe }
  | { readonly kind: "terminal"; readonly terminal: PseudoTerminal }
  | { readonly kind: "socket" };

/** What stands between the child's streams and ours. */
export interface ChildStreams {
  readonly stdout: OutputWay;
  /** Absent where stderr is the same terminal as stdout. */
  readonly stderr: OutputWay | undefined;
  /** The terminal that the child lives in. Absent where it stays in our session, with our stdin. */
  readonly home: PseudoTerminal | undefined;
  /** The system's calls for terminals, where there is one. */
  readonly calls: TerminalCalls | undefined;
  /** What the user should know. */
  readonly notices: readonly string[];
}

const PIPES: StreamPlan = { stdout: "pipe", stderr: "pipe", isInteractive: false };

/** Our own number for each of the streams. */
const DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const;

/**
 * Opens what the child will print to. Where no pseudo-terminal can be had it is pipes, and where those cannot be had,
 * Node's socket pairs.
 * @param folders where FIFOs may be made
 */
export async function openChildStreams(pty: PtyMode, folders: readonly string[]): Promise<ChildStreams> {
  const plan = planStreams(pty, ownStreams());
  if (plan.stdout === "pipe" && plan.stderr === "pipe") return openPipes(plan, folders);
  try {
    const calls = await loadTerminalCalls();
    return await openTerminals(plan, calls, folders);
  } catch (error) {
    // koffi is not installed or not made for this system, or the system has no terminal left.
    const pipes = await openPipes(PIPES, folders);
    const reason = error instanceof Error ? error.message : String(error);
    return { ...pipes, notices: [terminalUnavailable(reason), ...pipes.notices] };
  }
}

/** The ways there are, each once. */
export function waysOf({
  stdout,
  stderr,
}: Pick<ChildStreams, "stdout" | "stderr">): readonly [StreamName, OutputWay][] {
  return stderr === undefined
    ? [["stdout", stdout]]
    : [
        ["stdout", stdout],
        ["stderr", stderr],
      ];
}

async function openTerminals(
  plan: StreamPlan,
  calls: TerminalCalls,
  folders: readonly string[],
): Promise<ChildStreams> {
  // A terminal on stdin that is not our session's sends us no signals, and tells nobody who is in its foreground.
  const isInteractive = plan.isInteractive && calls.foregroundGroup(DESCRIPTORS.stdin) !== undefined;
  const terminals: Partial<Record<StreamName, PseudoTerminal>> = {};
  try {
    for (const stream of ["stdout", "stderr"] as const) {
      if (plan[stream] !== "terminal") continue;
      const isHome = isInteractive && stream === "stdout";
      terminals[stream] = PseudoTerminal.open(calls, DESCRIPTORS[stream], isHome);
    }
  } catch (error) {
    for (const terminal of Object.values(terminals)) terminal.close();
    throw error;
  }
  const home = isInteractive ? terminals.stdout : undefined;
  // In the background it is in the mode of whoever is in the foreground.
  const mode = calls.foregroundGroup(DESCRIPTORS.stdin) === calls.ownGroup() && calls.mode(DESCRIPTORS.stdin);
  if (mode) home?.wear(mode);
  const pipes = await openPipes(plan, folders);
  return {
    stdout: terminals.stdout ? { kind: "terminal", terminal: terminals.stdout } : pipes.stdout,
    stderr: terminals.stderr ? { kind: "terminal", terminal: terminals.stderr } : pipes.stderr,
    home,
    calls,
    notices: pipes.notices,
  };
}

/** Pipes for the streams that are to be pipes. */
async function openPipes(plan: StreamPlan, folders: readonly string[]): Promise<ChildStreams> {
  const names = (["stdout", "stderr"] as const).filter((stream) => plan[stream] === "pipe");
  const pipes = names.length === 0 ? {} : await openOutputPipes(folders, names);
  const way = (stream: StreamName): OutputWay => {
    const pipe = pipes?.[stream];
    return pipe ? { kind: "pipe", pipe } : { kind: "socket" };
  };
  return {
    stdout: way("stdout"),
    stderr: plan.stderr === "with stdout" ? undefined : way("stderr"),
    home: undefined,
    calls: undefined,
    notices: pipes ? [] : [pipesUnavailable()],
  };
}

function ownStreams(): OwnStreams {
  const terminals = Object.fromEntries(
    Object.entries(DESCRIPTORS).flatMap(([name, descriptor]) =>
      isatty(descriptor) ? [[name, fstatSync(descriptor).rdev]] : [],
    ),
  );
  return { terminals, arePipesOnly: process.platform === "win32" };
}
