import type { ChalkInstance } from "chalk";
import type { RunStatus } from "../model/run.ts";

const COLORS = {
  running: "cyan",
  orphaned: "yellow",
  finished: "green",
  killed: "yellow",
  failed: "red",
  crashed: "red",
} as const satisfies Record<RunStatus, string>;

/** How a run stands, in one word or a few: `failed with exit status 1`, `killed by SIGTERM`, `orphaned, pid 4711`. */
export function describeStatus(
  status: RunStatus,
  end?: { readonly exitCode?: number; readonly signal?: string },
  childPid?: number,
): string {
  if (status === "orphaned" && childPid !== undefined) return `${status}, pid ${childPid}`;
  if (status === "failed" && end?.exitCode !== undefined) return `failed with exit status ${end.exitCode}`;
  if (status === "killed" && end?.signal !== undefined) return `killed by ${end.signal}`;
  return status;
}

/** A text in the colour of a status. */
export function paintStatus(style: ChalkInstance, status: RunStatus, text: string): string {
  return style[COLORS[status]](text);
}
