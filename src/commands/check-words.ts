import { UserError } from "../model/error.ts";
import type { FlagSpec } from "../settings/flags.ts";
import { nearestWord } from "../settings/spelling.ts";
import { shellCommand } from "../terminal/printable.ts";

/**
 * Looks through what was typed for `tracelet run` itself before a parser does, for the slips whose cause a parser cannot
 * name: a command without the two dashes before it, a flag without its value, a switch with one, a flag with a slip in its name.
 * @param own what stands before the first `--`
 * @param separated whether there is a `--`
 */
export function checkWords(own: readonly string[], separated: boolean, specs: readonly FlagSpec[]): void {
  for (let index = 0; index < own.length; index += 1) {
    const word = own[index] ?? "";
    if (!word.startsWith("-") || word === "-") {
      throw strayWord(own, index, separated);
    }
    const [flag, value] = splitAtEquals(word);
    const spec = specs.find(({ name }) => flag === `--${name}`);
    const isSwitch = spec === undefined ? specs.some((one) => isNegated(flag, one)) : spec.type === "switch";
    if (isSwitch && value !== undefined) throw switchWithValue(flag, value);
    if (spec === undefined && !isSwitch) throwForSlip(flag, specs);
    // Any other flag that is none of ours is left to the parser.
    if (spec?.type !== "value" || value !== undefined) continue;
    if (index + 1 === own.length) throw valueMissing(spec);
    index += 1;
  }
}

function splitAtEquals(word: string): [flag: string, value?: string] {
  const at = word.indexOf("=");
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function isNegated(flag: string, { name, type }: FlagSpec): boolean {
  return type === "switch" && flag === `--no-${name}`;
}

function strayWord(own: readonly string[], index: number, separated: boolean): UserError {
  const typed = shellCommand(own.slice(index, index + 1));
  if (separated) {
    return new UserError(
      `${typed} stands before the two dashes, where only flags can; type it behind them, or leave it out`,
    );
  }
  const command = shellCommand(own.slice(index));
  const flags = own.slice(0, index).length === 0 ? "" : `${shellCommand(own.slice(0, index))} `;
  return new UserError(`the command ${typed} has no two dashes before it; type tracelet run ${flags}-- ${command}`);
}

function throwForSlip(flag: string, specs: readonly FlagSpec[]): void {
  if (!flag.startsWith("--")) return;
  const meant = nearestWord(
    flag.slice(2),
    specs.map(({ name }) => name),
  );
  if (meant === undefined) return;
  throw new UserError(`there is no flag ${flag}; type --${meant}, or tracelet run --help to see those there are`);
}

function switchWithValue(flag: string, value: string): UserError {
  const name = flag.replace(/^--(no-)?/, "");
  return new UserError(`${flag} is a switch and takes no value like '${value}'; type --${name} or --no-${name}`);
}

function valueMissing({ name, placeholder }: FlagSpec): UserError {
  return new UserError(`--${name} has no value behind it; type --${name} ${placeholder ?? "VALUE"}`);
}
