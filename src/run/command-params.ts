import { isSecretName } from "../model/secrets.ts";

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
  const start = startOfProgram(command);
  // `sh -c SCRIPT`, `python -c CODE`: what follows are words for the script, and its text is no param.
  if (command[start + 1] === "-c") return command.length;
  if (command[start + 1] === "-m") return start + 3;
  let end = start + 1;
  command.forEach((arg, index) => {
    const isScript = /\.(py|pyc|sh|bash|jl|R|r|lua|js|mjs|ts|pl|rb)$/.test(arg);
    if (index > start && isScript && !command[index - 1]?.startsWith("--")) end = Math.max(end, index + 1);
  });
  return end;
}

/** Behind `env` and the variables that it sets. */
function startOfProgram(command: readonly string[]): number {
  if (!/(^|\/)env$/.test(command[0] ?? "")) return 0;
  const program = command.findIndex((arg, index) => index > 0 && !arg.startsWith("-") && !arg.includes("="));
  return program === -1 ? 0 : program;
}

/**
 * `--betas 0.9 0.999` has two values: numbers that follow a number. Of anything else only the first word is the flag's,
 * since `--lr 3e-4 data.csv` has one. Negative numbers are values.
 */
function valuesAfter(args: readonly string[], index: number): string[] {
  const [first, ...rest] = args.slice(index + 1);
  if (first === undefined || !isValue(first)) return [];
  if (!isNumber(first)) return [first];
  const end = rest.findIndex((arg) => !isNumber(arg));
  return [first, ...rest.slice(0, end === -1 ? rest.length : end)];
}

function isValue(arg: string): boolean {
  return !(/^--?[A-Za-z]/.test(arg) || arg === "--" || /^[A-Za-z][\w.]*=/.test(arg));
}

function isNumber(arg: string): boolean {
  return arg.trim() !== "" && Number.isFinite(Number(arg));
}

function set(params: Map<string, string>, name: string, value: string): void {
  if (!isSecretName(name)) params.set(name, value);
}
