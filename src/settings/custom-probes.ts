import { resolve } from "node:path";
import { UserError } from "../model/error.ts";
import type { CustomProbe } from "../model/settings.ts";
import { nearestWord } from "./spelling.ts";

const KEYS = ["name", "command", "module", "interval", "timeout"] as const;
const DEFAULT_INTERVAL = 10;
const DEFAULT_TIMEOUT = 5;
const LONGEST = 86_400;
const EXAMPLE = '[[probe]] with name = "queue" and command = "squeue | wc -l"';

/** Where the tables were written. */
interface Place {
  /** How messages name the file. */
  readonly label: string;
  readonly folder: string;
}

/**
 * The `[[probe]]` tables of a settings file: probes of the user's own.
 * @throws UserError for anything in them that is no good
 */
export function readCustomProbes(raw: unknown, place: Place): CustomProbe[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) throw new UserError(`probe in ${place.label} is no list of tables; type ${EXAMPLE}`);
  const probes = raw.map((table: unknown, index) => readProbe(table, index, place));
  const names = probes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UserError(`two probes in ${place.label} are named '${twice}'; type name = "${twice}_2" in one of them`);
  }
  return probes;
}

function readProbe(table: unknown, index: number, place: Place): CustomProbe {
  const where = `[[probe]] number ${index + 1} in ${place.label}`;
  if (typeof table !== "object" || table === null) throw new UserError(`${where} is no table; type ${EXAMPLE}`);
  const given: Readonly<Record<string, unknown>> = { ...table };
  const unknown = Object.keys(given).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) {
    throw new UserError(
      `${where} has the unknown key '${unknown}'; type ${nearestWord(unknown, KEYS) ?? KEYS.join(", ")}`,
    );
  }
  const common = {
    name: readName(given["name"], where),
    interval: readSeconds(given, "interval", DEFAULT_INTERVAL, where),
    timeout: readSeconds(given, "timeout", DEFAULT_TIMEOUT, where),
    cwd: place.folder,
  };
  const { command, module } = given;
  if ((command === undefined) === (module === undefined)) {
    throw new UserError(
      `${where} has ${command === undefined ? "neither a command nor" : "both a command and"} a module; type command = "nvidia-smi -L | wc -l"`,
    );
  }
  if (command !== undefined) return { ...common, command: readCommand(command, where) };
  if (typeof module === "string" && module.trim() !== "") return { ...common, module: resolve(place.folder, module) };
  throw new UserError(
    `module of ${where} is ${JSON.stringify(module)}, which is no path; type module = "probes/queue.mjs"`,
  );
}

function readName(name: unknown, where: string): string {
  if (typeof name === "string" && /^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return name;
  const given = name === undefined ? "missing" : JSON.stringify(name);
  throw new UserError(
    `the name of ${where} is ${given}, which is not made of letters, digits and _; type name = "queue"`,
  );
}

/** Text is for the shell; a list is a program and its arguments. */
function readCommand(command: unknown, where: string): readonly string[] {
  if (typeof command === "string" && command.trim() !== "") {
    return process.platform === "win32" ? ["cmd", "/d", "/s", "/c", command] : ["sh", "-c", command];
  }
  if (Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === "string")) return command;
  throw new UserError(
    `command of ${where} is ${JSON.stringify(command)}, which is neither text nor a list of texts; type command = "squeue | wc -l"`,
  );
}

function readSeconds(
  given: Readonly<Record<string, unknown>>,
  key: "interval" | "timeout",
  byDefault: number,
  where: string,
): number {
  const value = given[key] ?? byDefault;
  if (typeof value === "number" && value > 0 && value <= LONGEST) return value;
  const text = typeof value === "bigint" ? String(value) : JSON.stringify(value);
  throw new UserError(
    `${key} of ${where} is ${text}, which is no number of seconds up to ${LONGEST}; type ${key} = ${byDefault}`,
  );
}
