import { statfs } from "node:fs/promises";

/** What is left free for the records of the run, which say that the rest is missing. */
const LEFT_BYTES = 256 * 1024;

/** How much may be written before the disk is looked at again: others write there too. */
const LOOK_BYTES = 16 * 1024 * 1024;

/** The room on the disk of a folder that a log may take. It never takes the last of it. */
export class DiskRoom {
  readonly #folder: string;
  #allowed = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether there is room for so many bytes more; it is then taken. */
  async take(bytes: number): Promise<boolean> {
    if (bytes > this.#allowed) {
      const free = await freeBytes(this.#folder);
      if (bytes > free) return false;
      this.#allowed = bytes + Math.min((free - bytes) / 2, LOOK_BYTES);
    }
    this.#allowed -= bytes;
    return true;
  }
}

/** Where it cannot be told, writing will show. https://man7.org/linux/man-pages/man3/statvfs.3.html */
async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize - LEFT_BYTES;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
