/**
 * What Node cannot prepare for a child before it is executed, a shell does, which then becomes the command: same process
 * number, same parent, same exit status.
 */
export interface ShellStart {
  /** The hang-up is ignored, which the command inherits. */
  readonly ignoreHangUp: boolean;
  /** The terminal that becomes the session's own: for a session leader without one, that is what opening it does. */
  readonly terminal: string | undefined;
}

/** The command as it is to be started; itself where there is nothing to prepare. */
export function throughShell(command: readonly string[], { ignoreHangUp, terminal }: ShellStart): readonly string[] {
  const steps = [...(ignoreHangUp ? [`trap '' HUP`] : []), ...(terminal === undefined ? [] : [`: < "$0"`])];
  if (steps.length === 0) return command;
  return ["sh", "-c", [...steps, `exec "$@"`].join("; "), terminal ?? "sh", ...command];
}
