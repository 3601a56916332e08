import { Chalk, type ChalkInstance, type ColorSupportLevel } from "chalk";

export interface StyleOptions {
  /** Whether what is written goes to a terminal. */
  readonly isTTY: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** Colours for one output: on terminals only, unless NO_COLOR or FORCE_COLOR say otherwise. */
export function createStyle(options: StyleOptions): ChalkInstance {
  return new Chalk({ level: colorLevel(options) });
}

/**
 * FORCE_COLOR beats NO_COLOR, as in Node itself, and 0 or `false` in it means no colours; an empty NO_COLOR means
 * nothing. https://no-color.org, https://nodejs.org/api/cli.html#force_color1-2-3
 */
function colorLevel({ isTTY, env }: StyleOptions): ColorSupportLevel {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forcedLevel(forced);
  if ((env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return 0;
  return isTTY ? 1 : 0;
}

function forcedLevel(value: string): ColorSupportLevel {
  if (value === "0" || value === "false") return 0;
  if (value === "2") return 2;
  return value === "3" ? 3 : 1;
}
