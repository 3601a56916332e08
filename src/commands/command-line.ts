import { type Interfaces, run } from "@oclif/core";
import packageJson from "../../package.json" with { type: "json" };
import { UserError } from "../model/error.ts";
import type { Outcome } from "../run/exit-status.ts";
import { COMMANDS, type CommandId } from "./index.ts";

/** tracelet's own version. */
export const VERSION = packageJson.version;

/**
 * Finds the command that was typed and runs it with oclif. oclif is given the registry as a plugin that is loaded
 * already: it then reads no manifest and searches no folders, which a launch would have to wait for.
 */
export async function runCommandLine(argv: readonly string[]): Promise<Outcome> {
  checkCommand(argv);
  const plugin = await rootPlugin(wantsHelp(argv));
  const pjson = plugin.pjson;
  const outcome: unknown = await run([...argv], {
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

function checkCommand(argv: readonly string[]): void {
  const [typed] = argv;
  if (typed === undefined || typed.startsWith("-") || typed === "help" || Object.hasOwn(COMMANDS, typed)) return;
  throw new UserError(
    `there is no command '${typed}'; type one of ${Object.keys(COMMANDS).join(", ")}, as in: tracelet run -- ${typed}`,
  );
}

function wantsHelp(argv: readonly string[]): boolean {
  const { own } = cutAtSeparator(argv);
  return own.length === 0 || own.includes("--help") || own[0] === "help";
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
    pjson: { name, version, oclif: { bin: "tracelet", dirname: "tracelet", additionalHelpFlags: ["-h"] } },
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
