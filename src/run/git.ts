import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { statsOf } from "./stats.ts";

/** What is checked out where a command runs. */
export interface GitState {
  readonly commit: string;
  readonly branch?: string;
  readonly repository?: string;
}

/**
 * The commit and branch of the checkout that `folder` is in, read from the files of git itself, so that no process has
 * to be started before the child. Undefined outside a checkout and before the first commit.
 * https://git-scm.com/docs/gitrepository-layout
 */
export function readGitState(folder: string): GitState | undefined {
  const gitFolder = findGitFolder(folder);
  if (gitFolder === undefined) return undefined;
  const common = commonFolder(gitFolder);
  const head = readText(join(gitFolder, "HEAD"))?.trim();
  if (head === undefined) return undefined;
  const ref = head.startsWith("ref: ") ? head.slice("ref: ".length) : undefined;
  const commit = ref === undefined ? head : resolveRef(common, ref);
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
  const branch = ref?.replace(/^refs\/heads\//, "");
  const repository = parseOriginUrl(readText(join(common, "config")) ?? "");
  return { commit, ...(branch === undefined ? {} : { branch }), ...(repository === undefined ? {} : { repository }) };
}

/** The address of the remote `origin` in a git configuration, without the credentials that some carry. */
export function parseOriginUrl(config: string): string | undefined {
  const section = /\[remote "origin"\]([^[]*)/.exec(config)?.[1];
  const url = section === undefined ? undefined : /^\s*url\s*=\s*(\S+)/m.exec(section)?.[1];
  return url?.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}

function findGitFolder(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const candidate = join(folder, ".git");
    const stats = statsOf(candidate);
    if (stats?.isDirectory()) return candidate;
    if (stats?.isFile()) {
      // A worktree or submodule: the file says where the folder is.
      const target = /^gitdir: (.+)$/m.exec(readText(candidate) ?? "")?.[1];
      return target === undefined ? undefined : resolve(folder, target);
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/** Refs and configuration of a worktree are in the main checkout. */
function commonFolder(gitFolder: string): string {
  const common = readText(join(gitFolder, "commondir"))?.trim();
  return common === undefined ? gitFolder : resolve(gitFolder, common);
}

function resolveRef(folder: string, ref: string): string | undefined {
  const loose = readText(join(folder, ref))?.trim();
  if (loose !== undefined) return loose;
  const packed = readText(join(folder, "packed-refs")) ?? "";
  const line = packed.split("\n").find((entry) => entry.endsWith(` ${ref}`));
  return line?.split(" ")[0];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // not there or not ours to read: then it is not known
  }
}
