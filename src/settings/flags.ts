import { SETTINGS, settingNames, specOf } from "./table.ts";
import type { SettingName, SettingSpec } from "./table.ts";

/** One flag as a parser of command lines has to know it. */
export interface FlagSpec {
  /** Without dashes. */
  readonly name: string;
  /** A switch has a `--no-` form and no value. */
  readonly type: "switch" | "value";
  /** May be given several times. */
  readonly repeatable: boolean;
  /** Stands for the value in help texts. */
  readonly placeholder?: string;
  /** One sentence with the default. */
  readonly description: string;
}

/** The flags of these settings, one per flag; two settings share `--processes`. */
export function flagSpecs(names: readonly SettingName[] = settingNames()): FlagSpec[] {
  const flags = new Map<string, FlagSpec>();
  for (const name of names) {
    const { flag } = SETTINGS[name];
    if (!flags.has(flag)) flags.set(flag, toFlag(specOf(name)));
  }
  return [...flags.values()];
}

/** A default as help texts and docs show it; nothing where there is none. */
export function defaultText(spec: SettingSpec): string {
  if (spec.defaultText !== undefined) return spec.defaultText;
  const value = spec.default;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "object") return value.join(", ") || "none";
  return String(value);
}

function toFlag(spec: SettingSpec): FlagSpec {
  const description = `${spec.description} Default: ${defaultText(spec)}.`;
  const shared = { name: spec.flag, repeatable: spec.kind === "list" || spec.kind === "map", description };
  if (spec.placeholder === undefined) return { ...shared, type: "switch" };
  return { ...shared, type: "value", placeholder: spec.placeholder };
}
