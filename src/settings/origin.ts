import { UserError } from "../model/error.ts";
import type { SettingName } from "./table.ts";
import { flagOf, specOf, variableOf } from "./table.ts";

/** Where a value was given, so that a message can name the place and say what to type there. */
export interface Origin {
  readonly source: "flag" | "variable" | "file";
  /** `--interval`, `TRACELET_METRICS_INTERVAL` or `metrics_interval in tracelet.toml`. */
  readonly label: string;
  /** What to type there for a value that is written as in a shell: `metrics_interval = 10`. */
  readonly write: (value: string) => string;
  /** The folder that a relative path is meant from. */
  readonly folder: string;
}

/** A flag of this command line. */
export function flagOrigin(name: SettingName, cwd: string): Origin {
  const label = flagOf(name);
  return { source: "flag", label, folder: cwd, write: (value) => `${label} ${quoteForShell(value)}` };
}

/** An environment variable. */
export function variableOrigin(name: SettingName, cwd: string): Origin {
  const label = variableOf(name);
  return { source: "variable", label, folder: cwd, write: (value) => `${label}=${quoteForShell(value)}` };
}

/** A key of a settings file. `file` is how messages name it; relative paths are meant from `folder`. */
export function fileOrigin(name: SettingName, file: string, folder: string): Origin {
  return {
    source: "file",
    label: `${name} in ${file}`,
    folder,
    write: (value) => `${name} = ${toToml(name, value)}`,
  };
}

/** The one form that all mistakes in values have: where, the value, what is wrong, what to type instead. */
export function mistake(origin: Origin, value: unknown, problem: string, instead: string): UserError {
  return new UserError(`${origin.label} is ${quoteValue(value)}, ${problem}; type ${origin.write(instead)}`);
}

function quoteForShell(value: string): string {
  if (/^[\w@%+=:,./-]+$/.test(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

function toToml(name: SettingName, value: string): string {
  const { kind } = specOf(name);
  if (kind === "boolean" || (kind === "number" && !Number.isNaN(Number(value)))) return value;
  if (kind === "list") return `[${JSON.stringify(value)}]`;
  if (kind !== "map") return JSON.stringify(value);
  const [key = "", ...rest] = value.split("=");
  return `{ ${key} = ${JSON.stringify(rest.join("="))} }`;
}

function quoteValue(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "number") return String(value);
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "nothing";
}
