import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, parse, resolve, sep } from "node:path";

/** More files than this is a mistake in a pattern, or a data set. */
export const MOST_FILES = 10_000;

export interface GlobOptions {
  /** Where relative patterns begin; absolute. */
  readonly cwd: string;
  /** A folder that is passed over, with everything in it; absolute. */
  readonly except: string;
  /** Called for each folder that was looked at. */
  readonly onProgress: () => void;
}

/** What a pattern came to. */
export interface Matches {
  /** Absolute, sorted. */
  readonly files: readonly string[];
  /** The folder that the files' names are told from. */
  readonly base: string;
}

/**
 * The files of a path or pattern: `*` and `?` within a name, `[abc]`, `{one,other}`, and `**` for any folders between.
 * `*` and `**` match no name that begins with a dot. A folder stands for all files in it. A path that exists is meant
 * as it is, whatever characters it has. What cannot be read is passed over.
 */
export async function matchFiles(pattern: string, options: GlobOptions): Promise<Matches> {
  const found = new Set<string>();
  const literal = resolve(options.cwd, pattern);
  if (await collect(literal, options, found)) return { files: [...found].sort(), base: resolve(literal, "..") };
  let base = options.cwd;
  for (const [index, one] of bracesOf(pattern).entries()) {
    const path = resolve(options.cwd, one);
    const { root } = parse(path);
    const segments = path.slice(root.length).split(sep);
    const at = segments.findIndex((segment) => /[*?[]/.test(segment));
    const fixed = join(root, ...(at === -1 ? segments : segments.slice(0, at)));
    if (index === 0) base = at === -1 ? resolve(fixed, "..") : fixed;
    if (at === -1) await collect(fixed, options, found);
    else await walk(fixed, segments.slice(at), options, found);
  }
  return { files: [...found].sort(), base };
}

/** Takes a file, or all files of a folder; false where there is neither. */
async function collect(path: string, options: GlobOptions, found: Set<string>): Promise<boolean> {
  const kind = await kindOf(path);
  if (kind === "file" && found.size < MOST_FILES) found.add(path);
  if (kind !== "folder") return kind === "file";
  for (const entry of await entriesOf(path, options)) {
    const inside = join(path, entry.name);
    // A link to a folder may lead back up.
    if (!entry.isSymbolicLink() || (await kindOf(inside)) === "file") await collect(inside, options, found);
  }
  return true;
}

async function walk(
  folder: string,
  segments: readonly string[],
  options: GlobOptions,
  found: Set<string>,
): Promise<void> {
  const [segment, ...others] = segments;
  if (segment === undefined || found.size >= MOST_FILES) return;
  if (segment === "**") {
    if (others.length > 0) await walk(folder, others, options, found);
    for (const entry of await entriesOf(folder, options)) {
      if (entry.name.startsWith(".")) continue;
      const inside = join(folder, entry.name);
      if (entry.isDirectory()) await walk(inside, segments, options, found);
      else if (others.length === 0) await collect(inside, options, found);
    }
    return;
  }
  const matches = namePattern(segment);
  for (const { name } of await entriesOf(folder, options)) {
    if (!matches.test(name) || (name.startsWith(".") && !segment.startsWith("."))) continue;
    const inside = join(folder, name);
    if (others.length === 0) await collect(inside, options, found);
    else if ((await kindOf(inside)) === "folder") await walk(inside, others, options, found);
  }
}

async function entriesOf(folder: string, { except, onProgress }: GlobOptions): Promise<Dirent[]> {
  onProgress();
  if (folder === except) return [];
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // No folder, gone meanwhile, or not ours to read: nothing in it can be uploaded.
    return [];
  }
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? "file" : stats.isDirectory() ? "folder" : undefined;
  } catch {
    // Not there, or a link that leads nowhere.
    return undefined;
  }
}

/** `a{b,c}` is `ab` and `ac`; braces may hold braces. One that is not closed is a character like any other. */
export function bracesOf(pattern: string): string[] {
  const inner = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (inner?.[1] === undefined) return [pattern];
  const before = pattern.slice(0, inner.index);
  const after = pattern.slice(inner.index + inner[0].length);
  // The choices of an inner pair may repeat those of an outer one.
  return [...new Set(inner[1].split(",").flatMap((choice) => bracesOf(before + choice + after)))];
}

/** One name of a pattern. A bracket that is not closed is a character like any other. */
export function namePattern(segment: string): RegExp {
  const source = segment.replace(
    /\*+|\?|\[(!|\^)?(\]?[^\]]*)\]|[\\^$.|+()[\]{}]/g,
    (part, not, set: string | undefined) => {
      if (part.startsWith("*")) return "[^/]*";
      if (part === "?") return "[^/]";
      if (set === undefined) return `\\${part}`;
      return `[${not === undefined ? "" : "^"}${set.replace(/[\\\][^]/g, "\\$&")}]`;
    },
  );
  try {
    return new RegExp(`^${source}$`, "su");
  } catch {
    // A range that is none, such as [z-a], matches nothing in a shell either.
    return /^(?!)/;
  }
}
