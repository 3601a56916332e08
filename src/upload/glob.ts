import type { Dirent, readdir } from "node:fs";
import { readdir as readFolder, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { callbackify } from "node:util";

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
 * as it is, whatever characters it has. What cannot be read is passed over, and so are links to folders.
 */
export async function matchFiles(pattern: string, options: GlobOptions): Promise<Matches> {
  const literal = resolve(options.cwd, pattern);
  const kind = await kindOf(literal);
  if (kind === "file") return { files: [literal], base: dirname(literal) };
  if (kind === "folder") return { files: await search("**", literal, true, options), base: dirname(literal) };
  return { files: await search(pattern, options.cwd, false, options), base: baseOf(pattern, options.cwd) };
}

async function search(pattern: string, cwd: string, dot: boolean, options: GlobOptions): Promise<string[]> {
  // Loaded where a run has patterns at all.
  const { convertPathToPattern, glob } = await import("tinyglobby");
  // What a pattern means may be a folder.
  const paths = await glob([pattern, `${pattern}/**`], {
    cwd,
    dot,
    absolute: true,
    expandDirectories: false,
    followSymbolicLinks: false,
    ignore: `${convertPathToPattern(options.except)}/**`,
    fs: { readdir: readdirWith(options.onProgress) },
  });
  const files: string[] = [];
  for (const path of paths.toSorted()) {
    if (files.length >= MOST_FILES) break;
    if ((await kindOf(path)) === "file") files.push(resolve(path));
  }
  return files;
}

/**
 * Reads folders for the search. A tree of many takes a while, and somebody waits for a sign of life. The search passes over
 * all links; one to a file, as `best.pt` often is, is given to it as that file.
 */
function readdirWith(onProgress: () => void): typeof readdir {
  const read = async (folder: string): Promise<Dirent[]> => {
    onProgress();
    const entries = await readFolder(folder, { withFileTypes: true });
    return Promise.all(
      entries.map(async (entry) => {
        const isLink = entry.isSymbolicLink() && (await kindOf(join(folder, entry.name))) === "file";
        return isLink ? Object.assign(entry, { isFile: () => true, isSymbolicLink: () => false }) : entry;
      }),
    );
  };
  const answer = (folder: string, _settings: unknown, done: (error: Error | null, found: Dirent[]) => void) =>
    callbackify(read)(folder, done);
  return answer as unknown as typeof readdir;
}

/** The folder before the first part that varies. */
function baseOf(pattern: string, cwd: string): string {
  const parts = pattern.split("/");
  const at = parts.findIndex((part) => /[*?[{]/.test(part));
  const fixed = parts.slice(0, at === -1 ? -1 : at).join("/");
  return resolve(cwd, fixed === "" && pattern.startsWith("/") ? "/" : fixed);
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
