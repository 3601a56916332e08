import type { ChalkInstance } from "chalk";
import { createStyle } from "./style.ts";

/** Where something is printed, as `process.stdout` tells it. */
export interface Output {
  readonly isTTY?: boolean;
  /** Width of the terminal; absent for a file or a pipe. */
  readonly columns?: number;
  /** Bits of colour of a terminal, NO_COLOR and its like considered. https://nodejs.org/api/tty.html */
  getColorDepth?(): number;
}

/** What is known around an output. */
export interface Surroundings {
  /** Says whether colours are wanted; without it, the terminal itself is asked. */
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds since the epoch: how long what is going on has taken is told only with it. */
  readonly now?: number;
}

/** The colours for an output. */
export function styleFor(out: Output, { env }: Surroundings): ChalkInstance {
  if (env !== undefined) return createStyle({ isTTY: out.isTTY === true, env });
  const isColoured = out.isTTY === true && (out.getColorDepth?.() ?? 1) > 1;
  return createStyle({ isTTY: isColoured, env: {} });
}

/** The columns there are; undefined where nothing has to be cut. */
export function widthOf(out: Output): { readonly width?: number } {
  return out.isTTY === true && out.columns !== undefined && out.columns > 0 ? { width: out.columns } : {};
}

/** What a terminal is sent before the next picture: to the upper left corner, and everything below away. */
export function clearScreen(): string {
  return "\u001b[H\u001b[J";
}
