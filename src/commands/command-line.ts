import type * as Interfaces from "@oclif/core/interfaces";
import { run } from "@oclif/core/run";
import packageJson from "../../package.json" with { type: "json" };
import { UserError } from "../model/error.ts";
import type { Outcome } from "../run/exit-status.ts";
import { shellCommand } from "../terminal/printable.ts";
import { COMMANDS, type CommandId } from "./index.ts";

const HELP_FLAGS = ["--help", "-h"];
const FLAGS_WITHOUT_COMMAND = [...HELP_FLAGS, "--version"];

/** tracelet's own version. */
export const VERSION = packageJson.version;

/**
 * Finds the command that was typed and runs it with oclif. oclif is given the registry as a plugin that is loaded
 * already: it then reads no manifest and searches no folders, which a launch would have to wait for.
 */
export async function runCommandLine(argv: readonly string[]): Promise<Outcome> {
  const typed = withoutHelpCommand(argv);
  checkCommand(typed);
  const plugin = await rootPlugin(wantsHelp(typed));
  const pjson = plugin.pjson;
  const outcome: unknown = await run(typed, {
    root: plugin.root,
    pjson,
    plugins: new Map([[plugin.name, plugin]]),
  });
  return isOutcome(outcome) ? outcome : { code: 0 };
}

/** Our arguments end at the first `--`; what follows is the child's business alone. */
export function cutAtSeparator(argv: readonly string[]): { own: string[]; command: string[] | undefined } {
  const at = argv.indexOf("--");
  if (at === -1) return { own: [...argv], command: undefined };
  return { own: argv.slice(0, at), command: argv.slice(at + 1) };
}

/** `tracelet help run` is another way to type `tracelet run --help`. */
function withoutHelpCommand(argv: readonly string[]): string[] {
  const [first, ...others] = argv;
  return first === "help" ? [...others, "--help"] : [...argv];
}

function checkCommand(argv: readonly string[]): void {
  const [typed] = argv;
  if (typed === undefined || FLAGS_WITHOUT_COMMAND.includes(typed) || Object.hasOwn(COMMANDS, typed)) return;
  if (typed === "--") {
    throw new UserError(`there is no command before the two dashes; type tracelet run ${shellCommand(argv)}`);
  }
  if (typed.startsWith("-")) {
    throw new UserError(`there is no flag ${typed} before a command; type tracelet --help to see what there is`);
  }
  throw new UserError(
    `there is no command '${typed}'; type one of ${Object.keys(COMMANDS).join(", ")}, as in: tracelet run -- ${typed}`,
  );
}

function wantsHelp(argv: readonly string[]): boolean {
  const { own } = cutAtSeparator(argv);
  return own.length === 0 || HELP_FLAGS.some((flag) => own.includes(flag));
}

async function rootPlugin(withHelp: boolean): Promise<Interfaces.Plugin> {
  const { name, version } = packageJson;
  const ids = Object.keys(COMMANDS) as CommandId[];
  const commands = await Promise.all(ids.map((id) => loadable(id, withHelp)));
  return {
    _base: "",
    alias: name,
    name,
    version,
    type: "core",
    root: __dirname,
    pjson: { name, version, oclif: { bin: "tracelet", dirname: "tracelet", additionalHelpFlags: HELP_FLAGS } },
    moduleType: "commonjs",
    isRoot: true,
    valid: true,
    hasManifest: true,
    commandIDs: ids,
    commands,
    commandsDir: undefined,
    hooks: {},
    options: { root: __dirname },
    tag: undefined,
    topics: [],
    manifest: undefined,
    findCommand: async (id: string) => COMMANDS[id as CommandId].load(),
    load: async () => {},
  } as unknown as Interfaces.Plugin;
}

/** Help needs the flags of a command, and with them its code; a launch does not. */
async function loadable(id: CommandId, withHelp: boolean) {
  const { summary, load } = COMMANDS[id];
  const bare = { id, summary, aliases: [], hiddenAliases: [], args: {}, flags: {}, load };
  if (!withHelp) return bare;
  const { description, usage, examples, args, flags } = await load();
  return { ...bare, description, usage, examples, args: named(args), flags: named(flags) };
}

function named(entries: object | undefined): Record<string, object> {
  return Object.fromEntries(Object.entries(entries ?? {}).map(([name, entry]) => [name, { ...entry, name }]));
}

function isOutcome(value: unknown): value is Outcome {
  return typeof value === "object" && value !== null && ("code" in value || "signal" in value);
}
