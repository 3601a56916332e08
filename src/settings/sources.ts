import { flagOrigin, variableOrigin } from "./origin.ts";
import type { SettingName } from "./table.ts";
import { SETTINGS, settingNames, variableOf } from "./table.ts";
import type { Given } from "./values.ts";

/** What one source says, by setting. */
export type Source = ReadonlyMap<SettingName, Given>;

/**
 * The flags of a command line, keyed as they are typed without dashes (`track-gpu`), with texts, booleans and lists of
 * texts as a parser gives them. Keys that are no flags of the table are left alone: a command has flags of its own.
 */
export function fromFlags(flags: Readonly<Record<string, unknown>>, cwd: string): Source {
  const source = new Map<SettingName, Given>();
  for (const name of settingNames()) {
    const raw = flags[SETTINGS[name].flag];
    if (raw === undefined) continue;
    const origin = flagOrigin(name, cwd);
    if (name === "include_processes") source.set(name, { raw: !isZero(raw), origin });
    else if (name === "process_limit" && isZero(raw)) continue;
    else if (name === "backend") source.set(name, { raw: splitAtCommas(raw), origin });
    else source.set(name, { raw, origin });
  }
  return source;
}

/** The variables of an environment. An empty one counts as unset. */
export function fromEnvironment(env: Readonly<Record<string, string | undefined>>, cwd: string): Source {
  const source = new Map<SettingName, Given>();
  for (const name of settingNames()) {
    const raw = env[variableOf(name)];
    if (raw === undefined || raw.trim() === "") continue;
    source.set(name, { raw, origin: variableOrigin(name, cwd) });
  }
  return source;
}

/** `--processes 0` is the way to say no where a file says yes. */
function isZero(raw: unknown): boolean {
  return raw === 0 || (typeof raw === "string" && /^\s*0+\s*$/.test(raw));
}

function splitAtCommas(raw: unknown): unknown {
  const items: unknown[] = Array.isArray(raw) ? raw : [raw];
  return items.flatMap((item) => (typeof item === "string" ? item.split(",").map((part) => part.trim()) : [item]));
}
