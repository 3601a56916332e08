import type { ChalkInstance } from "chalk";
import { createStyle } from "./style.ts";

/** Where something is printed, as `process.stdout` tells it. */
export interface Output {
  readonly isTTY?: boolean;
  /** Width of the terminal; absent for a file or a pipe. */
  readonly columns?: number;
}

/** The colours for an output. */
export function styleFor(out: Output, env: NodeJS.ProcessEnv): ChalkInstance {
  return createStyle({ isTTY: out.isTTY === true, env });
}

/** The columns there are; undefined where nothing has to be cut. */
export function widthOf(out: Output): { readonly width?: number } {
  return out.isTTY === true && out.columns !== undefined && out.columns > 0 ? { width: out.columns } : {};
}
