import type { RawWords } from "./raw-words.ts";

/**
 * What Node cannot prepare for a child before it is executed, a shell does, which then becomes the command: same process
 * number, same parent, same exit status.
 */
export interface ShellStart {
  /** The hang-up is ignored, which the command inherits. */
  readonly ignoreHangUp: boolean;
  /** The terminal that becomes the session's own: for a session leader without one, that is what opening it does. */
  readonly terminal: string | undefined;
  /** What Node could only pass on as other bytes. */
  readonly raw: RawWords;
  /** The environment that the command is to have. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether a program is there, by its path or on PATH. */
  readonly has: (program: string) => boolean;
}

/** Where they nearly always are comes first: the PATH is the command's, and may lead to neither. */
const SHELLS = ["/bin/sh", "sh"];
const SETTERS = ["/usr/bin/env", "env"];
/** What a shell sets by itself. */
const OF_THE_SHELL = ["PWD", "OLDPWD"];
const SHELL_NAME = /^[A-Za-z_]\w*$/;
const RAW_WORD = "tracelet_raw_";

/** The command as it is to be started; itself where there is nothing to prepare. */
export function throughShell(command: readonly string[], start: ShellStart): readonly string[] {
  const { ignoreHangUp, terminal, raw, env } = start;
  const steps = [
    ...(ignoreHangUp ? [`trap '' HUP`] : []),
    ...(terminal === undefined ? [] : [`: < "$0"`]),
    ...[...raw.words].map(([index, bytes]) => assign(`${RAW_WORD}${index}`, bytes)),
    ...[...raw.values].flatMap(([name, bytes]) =>
      SHELL_NAME.test(name) ? [`${assign(name, bytes)}; export ${name}`] : [],
    ),
  ];
  if (steps.length === 0) return command;
  const unset = OF_THE_SHELL.filter((name) => env[name] === undefined);
  if (unset.length > 0) steps.push(`unset ${unset.join(" ")}`);
  const lost = lostInShell(env);
  // What has an equals sign in it would be a variable too.
  const canRestore = lost.length > 0 && command[0]?.includes("=") === false;
  const setter = canRestore ? SETTERS.find(start.has) : undefined;
  const restore = setter === undefined ? [] : [setter, ...lost];
  const words = command.map((_, index) =>
    raw.words.has(index) ? `"$${RAW_WORD}${index}"` : place(restore.length + index),
  );
  const all = raw.words.size === 0 ? `"$@"` : [...restore.map((_, index) => place(index)), ...words].join(" ");
  const shell = SHELLS.find(start.has) ?? "sh";
  return [shell, "-c", [...steps, `exec ${all}`].join("; "), terminal ?? "sh", ...restore, ...command];
}

function place(index: number): string {
  return `"\${${index + 1}}"`;
}

/**
 * Variables that no shell has a name for, and some shells drop: `A.B`, and the functions that bash exports, such as the
 * `module` of many clusters. `env` sets them again.
 */
function lostInShell(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    SHELL_NAME.test(name) || value === undefined || /^(-|$)/.test(name) ? [] : [`${name}=${value}`],
  );
}

/** A variable of these bytes; the letter behind them keeps the shell from dropping line ends. */
function assign(name: string, bytes: Buffer): string {
  const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return `${name}=$(printf '${octal}x'); ${name}=\${${name}%x}`;
}
