import { existsSync, lstatSync, readFileSync, type Stats } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { UserError } from "../model/error.ts";
import type { CustomProbe, MetricRule } from "../model/settings.ts";
import { readCustomProbes } from "./custom-probes.ts";
import { readMetricRules } from "./metric-rules.ts";
import { fileOrigin } from "./origin.ts";
import type { Source } from "./sources.ts";
import { nearestSetting } from "./spelling.ts";
import type { SettingName } from "./table.ts";
import { isSettingName, settingNames } from "./table.ts";
import type { Given } from "./values.ts";

/** `[tool.tracelet]` or `[tool.tracelet.param]`. Without it a pyproject.toml is none of our business, broken or not. */
const OUR_SECTION = /\btool\s*\.\s*["']?tracelet\b/;

interface SettingsFile {
  readonly path: string;
  readonly text: string;
  /** The keys that lead to our table. */
  readonly section: readonly string[];
}

/** What a settings file says. */
export interface FileContent {
  readonly source: Source;
  /** The `[[probe]]` tables, which nothing but a file can have. */
  readonly probes: readonly CustomProbe[];
  /** The `[[metric]]` tables, likewise. */
  readonly metrics: readonly MetricRule[];
  /** The `[webhook]` table, not yet looked at: what it names may be a variable. */
  readonly webhook?: { readonly raw: unknown; readonly label: string };
}

/**
 * Reads the settings file that holds for a folder: `tracelet.toml`, else `[tool.tracelet]` of `pyproject.toml`, in the
 * folder itself or the nearest folder above that has one of them. One file only; files are not merged.
 */
export async function fromFile(cwd: string): Promise<FileContent> {
  for (const file of candidates(resolve(cwd))) {
    const label = relative(cwd, file.path);
    const table = sectionOf(await parseToml(file.text, label), file, label);
    if (table !== undefined) return toContent(table, label, dirname(file.path));
  }
  return { source: new Map(), probes: [], metrics: [] };
}

function* candidates(cwd: string): Generator<SettingsFile> {
  for (const folder of withParents(cwd)) {
    const own = readOwn(join(folder, "tracelet.toml"), cwd);
    if (own !== undefined) yield own;
    const shared = readShared(join(folder, "pyproject.toml"));
    if (shared !== undefined) yield shared;
  }
}

function withParents(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...withParents(above)];
}

/** A link that leads nowhere is a file that is missing, not the wish for none. */
function readOwn(path: string, cwd: string): SettingsFile | undefined {
  const entry = entryAt(path);
  if (entry === undefined) return undefined;
  // Reading it would wait for a writer.
  if (entry.isFIFO()) throw new UserError(`${relative(cwd, path)} is a pipe; make it a file or move it away`);
  try {
    return { path, text: readFileSync(path, "utf8"), section: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `the settings file ${relative(cwd, path)} cannot be read (${reason}); make it readable or move it away`,
      { cause: error },
    );
  }
}

function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // in a folder that this user may not look into, nothing is this user's
  }
}

function readShared(path: string): SettingsFile | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const text = readFileSync(path, "utf8");
    return OUR_SECTION.test(text) ? { path, text, section: ["tool", "tracelet"] } : undefined;
  } catch {
    // The file belongs to other tools, and above a shared folder often to other people: not ours to complain about.
    return undefined;
  }
}

async function parseToml(text: string, label: string): Promise<unknown> {
  // Most runs have no settings file, and start-up counts.
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text.replace(/^\uFEFF/, ""), { integersAsBigInt: "asNeeded" });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ""] = error.message.split("\n");
    throw new UserError(
      `${label} is broken at line ${error.line}, column ${error.column} (${reason}); correct that line, ` +
        `settings are written like metrics_interval = 10`,
      { cause: error },
    );
  }
}

function sectionOf(document: unknown, file: SettingsFile, label: string): object | undefined {
  let table = document;
  for (const key of file.section) {
    if (!isTable(table)) return undefined;
    table = Object.entries(table).find(([name]) => name === key)?.[1];
  }
  if (table === undefined) return undefined;
  if (isTable(table)) return table;
  throw new UserError(`${file.section.join(".")} in ${label} is no table; type [${file.section.join(".")}]`);
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function toContent(table: object, label: string, folder: string): FileContent {
  const own: { probe?: unknown; metric?: unknown; webhook?: unknown } = { ...table };
  const { probe, metric, webhook, ...settings } = own;
  return {
    source: toSource(settings, label, folder),
    probes: readCustomProbes(probe, { label, folder }),
    ...(webhook === undefined ? {} : { webhook: { raw: webhook, label } }),
    metrics: readMetricRules(metric, label),
  };
}

function toSource(table: object, label: string, folder: string): Source {
  const source = new Map<SettingName, Given>();
  for (const [key, raw] of Object.entries(table)) {
    if (key === "probes" || key === "metrics") {
      throw new UserError(`${label} has the unknown setting '${key}'; type [[${key.slice(0, -1)}]]`);
    }
    if (!isSettingName(key)) {
      const advice = nearestSetting(key) ?? `one of ${settingNames().join(", ")}`;
      throw new UserError(`${label} has the unknown setting '${key}'; type ${advice}`);
    }
    source.set(key, { raw, origin: fileOrigin(key, label, folder) });
  }
  return source;
}
