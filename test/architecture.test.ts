import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, test } from "vitest";

/** A file below src, by its path from there. */
interface Source {
  readonly path: string;
  readonly text: string;
}

/** From the words that everyone shares up to what a person types. A folder imports from the tiers below its own. */
const TIERS = [
  ["model"],
  ["alerts", "backends", "extract", "journal", "probes", "report", "settings", "terminal", "tty", "verdict"],
  ["overhead", "run", "upload", "watch"],
  ["commands"],
] as const;

/** The tier whose folders may import each other, as long as that never goes round in a circle. */
const CONDUCTORS = 2;

/** Packages and modules of Node that belong to some folders only. */
const HOMES: readonly { readonly modules: RegExp; readonly folders: readonly string[] }[] = [
  { modules: /^@oclif\//, folders: ["commands"] },
  { modules: /^cross-spawn$/, folders: ["run"] },
  { modules: /^systeminformation$/, folders: ["probes"] },
  { modules: /^koffi$/, folders: ["probes", "tty"] },
  { modules: /^chalk$/, folders: ["terminal"] },
  { modules: /^(node:)?(net|http|https|http2|tls|dgram)$|^undici$/, folders: ["backends"] },
  { modules: /^(https?-proxy-agent|aws4)$/, folders: ["backends"] },
  { modules: /^smol-toml$/, folders: ["settings"] },
  { modules: /^uplot$/, folders: ["report"] },
];

/** What may not be written anywhere, or only in some folders. */
const CODE_RULES: readonly { readonly what: string; readonly code: RegExp; readonly folders: readonly string[] }[] = [
  { what: "opens a connection", code: /(?<![\w.])fetch\(|\bnew (WebSocket|EventSource)\b/, folders: ["backends"] },
  { what: "stops the event loop for another program", code: /\b(execSync|execFileSync|spawnSync)\b/, folders: [] },
  { what: "reads the environment", code: /\bprocess\.env\b/, folders: ["commands", "run", "watch"] },
  { what: "reads the working directory", code: /\bprocess\.cwd\(/, folders: ["commands", "run", "watch"] },
  // As the default of a parameter (`now = Date.now`) a clock can still be handed in; called on the spot it cannot.
  { what: "reads the clock", code: /\bDate\.now\(|\bnew Date\(\)/, folders: ["commands", "run", "watch"] },
];

const LONGEST_FILE = 320;

/** Breaches that stand, with the reason. One that is no longer needed fails the test too. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "run/reaper.ts imports koffi": "waitpid(2), for the first process of a container",
  "run/relay.ts imports node:net": "a Socket on the descriptor of a pipe; no connection is opened",
  "run/stream-ends.ts imports node:net": "a Socket on the descriptor of a pipe; no connection is opened",
  "run/own-stream.ts imports node:net": "a Socket on the descriptor of a pipe; no connection is opened",
  "watch/output-holder.ts imports node:net": "a Socket on the descriptor of a pipe; no connection is opened",
};

const SRC = join(import.meta.dirname, "../src");

const sources: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .sort()
  .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(SRC, path), "utf8") }));

describe("in src,", () => {
  test("imports go down the layers, and packages stay in their folders", () => {
    expect(withoutExceptions(sources.flatMap(importBreaches))).toEqual([]);
  });

  test("the conductors import each other in no circle", () => {
    expect(circlesOf(conductorImports(sources))).toEqual([]);
  });

  test("connections, clocks, environment and other programs are used only where they may be", () => {
    expect(withoutExceptions(sources.flatMap(codeBreaches))).toEqual([]);
  });

  test("files have one job, a name that says which, and a length that fits it", () => {
    expect(withoutExceptions(sources.flatMap(shapeBreaches))).toEqual([]);
  });

  test("every exception is still needed", () => {
    const all = sources.flatMap((source) => [
      ...importBreaches(source),
      ...codeBreaches(source),
      ...shapeBreaches(source),
    ]);
    expect(Object.keys(EXCEPTIONS).filter((exception) => !all.includes(exception))).toEqual([]);
  });
});

describe("the check finds", () => {
  test.each([
    ["model/x.ts", 'import type { Rule } from "../alerts/rule.ts";', "model/x.ts imports alerts"],
    ["model/x.ts", 'import { readFileSync } from "node:fs";', "model/x.ts imports node:fs"],
    ["probes/x.ts", 'import { a } from "../journal/a.ts";', "probes/x.ts imports journal"],
    ["probes/deep/x.ts", 'import {\n  a,\n  b,\n} from "../../journal/a.ts";', "probes/deep/x.ts imports journal"],
    ["journal/x.ts", 'export * from "../watch/a.ts";', "journal/x.ts imports watch"],
    ["run/x.ts", 'const x = await import("../commands/a.ts");', "run/x.ts imports commands"],
    ["settings/x.ts", 'import { Flags } from "@oclif/core";', "settings/x.ts imports @oclif/core"],
    ["watch/x.ts", 'import { cross-spawn } from "cross-spawn";', "watch/x.ts imports cross-spawn"],
    ["journal/x.ts", 'import chalk from "chalk";', "journal/x.ts imports chalk"],
    ["upload/x.ts", 'const x = require("koffi");', "upload/x.ts imports koffi"],
    ["upload/x.ts", 'import "node:https";', "upload/x.ts imports node:https"],
    ["helpers/x.ts", "", "helpers/x.ts is in a folder of no layer"],
  ])("in %s: %j", (path, text, breach) => {
    expect(importBreaches({ path, text })).toEqual([breach]);
  });

  test.each([
    ["upload/x.ts", "await fetch(url);", "upload/x.ts opens a connection"],
    ["run/x.ts", "spawnSync(command);", "run/x.ts stops the event loop for another program"],
    ["backends/x.ts", "const uri = process.env.URI;", "backends/x.ts reads the environment"],
    ["journal/x.ts", "open(process.cwd());", "journal/x.ts reads the working directory"],
    ["upload/x.ts", "const now = Date.now();", "upload/x.ts reads the clock"],
    ["alerts/x.ts", "const now = new Date();", "alerts/x.ts reads the clock"],
  ])("in %s: %j", (path, text, breach) => {
    expect(codeBreaches({ path, text })).toEqual([breach]);
  });

  test.each([
    ["probes/utils.ts", "", "probes/utils.ts is named for no job"],
    ["probes/x.ts", "\n".repeat(LONGEST_FILE + 1), `probes/x.ts is longer than ${LONGEST_FILE} lines`],
  ])("in %s", (path, text, breach) => {
    expect(shapeBreaches({ path, text })).toEqual([breach]);
  });

  test("a circle of conductors", () => {
    const there = { path: "watch/x.ts", text: 'import { a } from "../upload/a.ts";' };
    const back = { path: "upload/a.ts", text: 'import { x } from "../watch/x.ts";' };
    expect(circlesOf(conductorImports([there]))).toEqual([]);
    expect(circlesOf(conductorImports([there, back]))).toEqual(["upload", "watch"]);
  });

  test("nothing in what is allowed", () => {
    const allowed = [
      { path: "probes/x.ts", text: 'import { a } from "./a.ts";\nimport type { Probe } from "../model/probe.ts";' },
      { path: "commands/x.ts", text: 'import { Flags } from "@oclif/core";\nimport { run } from "../run/run.ts";' },
      { path: "journal/x.ts", text: "// Date.now() would be wrong here\nexport const open = (now = Date.now) => now;" },
      { path: "backends/x.ts", text: "const reply = await fetch(url); queue.fetch(1);" },
      { path: "alerts/x.ts", text: "const day = new Date(timestamp);" },
    ];
    expect(allowed.flatMap((source) => [...importBreaches(source), ...codeBreaches(source)])).toEqual([]);
  });
});

function importBreaches({ path, text }: Source): string[] {
  const own = folderOf(path);
  if (tierOf(own) === undefined) return [`${path} is in a folder of no layer`];
  return importsOf(text).flatMap((module) => {
    if (!module.startsWith(".")) return mayImport(own, module) ? [] : [`${path} imports ${module}`];
    const target = folderOf(normalize(join(dirname(path), module)));
    return target === ".." || isBelow(target, own) ? [] : [`${path} imports ${target}`];
  });
}

function mayImport(folder: string, module: string): boolean {
  if (folder === "model") return false;
  return HOMES.every(({ modules, folders }) => !modules.test(module) || folders.includes(folder));
}

function isBelow(target: string, own: string): boolean {
  if (target === own) return true;
  const [targetTier, ownTier] = [tierOf(target) ?? Number.POSITIVE_INFINITY, tierOf(own) ?? -1];
  return targetTier < ownTier || (targetTier === CONDUCTORS && ownTier === CONDUCTORS);
}

function codeBreaches({ path, text }: Source): string[] {
  // Comments and types are gone after this, so that they may speak of what the code must not do.
  const { code } = transformSync(text, { loader: "ts", legalComments: "none", format: "esm", target: "esnext" });
  return CODE_RULES.filter((rule) => rule.code.test(code) && !rule.folders.includes(folderOf(path))).map(
    ({ what }) => `${path} ${what}`,
  );
}

function shapeBreaches({ path, text }: Source): string[] {
  const breaches: string[] = [];
  if (/^(utils?|helpers?|misc|common)\.ts$/.test(basename(path))) breaches.push(`${path} is named for no job`);
  if (text.split("\n").length - 1 > LONGEST_FILE) breaches.push(`${path} is longer than ${LONGEST_FILE} lines`);
  return breaches;
}

/** Which folder of the conductors imports which other. */
function conductorImports(files: readonly Source[]): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const { path, text } of files.filter((file) => tierOf(folderOf(file.path)) === CONDUCTORS)) {
    const targets = importsOf(text).map((module) => folderOf(normalize(join(dirname(path), module))));
    const others = targets.filter((folder) => folder !== folderOf(path) && tierOf(folder) === CONDUCTORS);
    imports.set(folderOf(path), new Set([...(imports.get(folderOf(path)) ?? []), ...others]));
  }
  return imports;
}

/** The folders from which imports lead back to themselves. */
function circlesOf(imports: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reaches = (from: string, seen: Set<string>): Set<string> => {
    for (const next of imports.get(from) ?? []) if (!seen.has(next)) reaches(next, seen.add(next));
    return seen;
  };
  return [...imports.keys()].filter((folder) => reaches(folder, new Set()).has(folder)).sort();
}

/** Every module that a file names, types included: a layer is broken by a type as well. */
function importsOf(text: string): string[] {
  const statements = /^(?:import|export)\s(?:[^;"]*?\sfrom\s+)?"(?<module>[^"]+)"/gm;
  const calls = /\b(?:import|require)\(\s*"(?<module>[^"]+)"/g;
  return [...text.matchAll(statements), ...text.matchAll(calls)].map((match) => match.groups?.["module"] ?? "");
}

function folderOf(path: string): string {
  return path.split("/")[0] ?? "";
}

function tierOf(folder: string): number | undefined {
  const tier = TIERS.findIndex((folders) => folders.some((one) => one === folder));
  return tier === -1 ? undefined : tier;
}

function withoutExceptions(breaches: readonly string[]): string[] {
  return breaches.filter((breach) => EXCEPTIONS[breach] === undefined);
}
