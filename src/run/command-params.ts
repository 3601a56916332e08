/**
 * The params that a command line tells by itself: `--lr 3e-4`, `--lr=3e-4`, `-b 32`, `lr=3e-4` (hydra), and
 * `--amp` as `true`. Only what stands behind the script counts, so that an interpreter's or launcher's own flags stay
 * out where that can be told: everything up to the last argument that names a script or module.
 */
export function paramsOfCommand(command: readonly string[]): Record<string, string> {
  const args = command.slice(endOfProgram(command));
  const params = new Map<string, string>();
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    if (arg === "--") break;
    const assigned = /^(?:--?|\+{1,2})?([A-Za-z][\w.@/-]*)=(.*)$/s.exec(arg);
    if (assigned?.[1] !== undefined && assigned[2] !== undefined) {
      set(params, assigned[1], assigned[2]);
      continue;
    }
    const flag = /^--?([A-Za-z][\w.-]*)$/.exec(arg);
    if (flag?.[1] === undefined) continue;
    const values = valuesAfter(args, index);
    set(params, flag[1], values.length === 0 ? "true" : values.join(" "));
    index += values.length;
  }
  return Object.fromEntries(params);
}

/** Index behind the program: the script of an interpreter, the module of `-m`, or the command itself. */
function endOfProgram(command: readonly string[]): number {
  // `sh -c SCRIPT`, `python -c CODE`: what follows are words for the script, and its text is no param.
  if (command[1] === "-c") return command.length;
  let end = 1;
  command.forEach((arg, index) => {
    if (
      index > 0 &&
      /\.(py|pyc|sh|bash|jl|R|r|lua|js|mjs|ts|pl|rb)$/.test(arg) &&
      !command[index - 1]?.startsWith("--")
    ) {
      end = Math.max(end, index + 1);
    }
    if (arg === "-m" && index === 1) end = Math.max(end, index + 2);
  });
  return end;
}

/** `--betas 0.9 0.999`: all that follows up to the next flag. Negative numbers are values. */
function valuesAfter(args: readonly string[], index: number): string[] {
  const values: string[] = [];
  for (const arg of args.slice(index + 1)) {
    const isFlag = /^--?[A-Za-z]/.test(arg) || arg === "--" || /^[A-Za-z][\w.]*=/.test(arg);
    if (isFlag) break;
    values.push(arg);
  }
  return values;
}

function set(params: Map<string, string>, name: string, value: string): void {
  if (!isSecret(name)) params.set(name, value);
}

/** Names under which credentials are passed; their values are not recorded. */
function isSecret(name: string): boolean {
  return /(^|[-_.])(password|passwd|secret|token|credentials?|api[-_]?key|access[-_]?key|private[-_]?key)$/i.test(name);
}
