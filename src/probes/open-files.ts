import { readdirSync, readlinkSync } from "node:fs";

/**
 * How many files these processes have open together; `undefined` when none of them lets us look.
 *
 * As psutil's `open_files` it counts files that have a path, not sockets, pipes, terminals and devices. It looks at
 * the path only: asking the file itself could hang on a dead network mount. So a folder that is open counts as well.
 */
export function countOpenFiles(proc: string, pids: readonly number[]): number | undefined {
  let files: number | undefined;
  for (const pid of pids) {
    const count = countFilesOf(`${proc}/${pid}/fd`);
    if (count !== undefined) files = (files ?? 0) + count;
  }
  return files;
}

function countFilesOf(folder: string): number | undefined {
  let descriptors: string[];
  try {
    descriptors = readdirSync(folder);
  } catch {
    return undefined; // ended, or another user's
  }
  return descriptors.filter((name) => isFile(`${folder}/${name}`)).length;
}

function isFile(link: string): boolean {
  try {
    return isFilePath(readlinkSync(link));
  } catch {
    return false; // closed in the meantime
  }
}

/** Links read `/path`, `socket:[123]`, `pipe:[123]`, `anon_inode:[eventpoll]`; shared memory is a file. Pure. */
export function isFilePath(target: string): boolean {
  if (!target.startsWith("/")) return false;
  return !target.startsWith("/dev/") || target.startsWith("/dev/shm/");
}
