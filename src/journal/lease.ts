import { readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { parseJsonObject } from "./json-object.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import { isDiskRefusal, isSystemError } from "./system-error.ts";

/** A lease of another host is over when its heartbeat is older than this: its process cannot be looked at from here. */
export const OTHER_HOST_BOUND_MS = 10 * 60_000;

/** Who holds or wants a lease: `thisProcess()`. */
export type LeaseOwner = ProcessIdentity;

/** The right to be the one that writes. */
export interface Lease {
  readonly held: true;
  /**
   * Says that the holder is still there, for the readers on other hosts; src/journal/heartbeat.ts calls it.
   * `false`: somebody took the lease over, stop writing. Throws what the file system throws.
   */
  heartbeat(): Promise<boolean>;
  /** Gives the lease back. Does nothing when it is somebody else's by now. Never throws: it ends with its process anyway. */
  release(): Promise<void>;
}

/** Somebody else has it. */
export interface HeldLease {
  readonly held: false;
  /** Who; absent while the file is just being written. */
  readonly owner: LeaseOwner | undefined;
}

interface LeaseFile {
  readonly owner: LeaseOwner | undefined;
  /** Tells this lease from every other one there ever was. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly heartbeat: number;
}

/**
 * Takes a lease: a file that only one process can make. One whose process on this host is gone is taken over; of
 * several that want it exactly one gets it. One of another host is taken over after ten minutes without heartbeat.
 *
 * Taking over needs a lease of its own, named after the one that is to be replaced. Whoever holds that looks again:
 * only if the dead lease is still there does it put its own in its place, in one rename. A taker that dies in between
 * leaves a dead lease of that second kind, which is taken over in the same way.
 *
 * On a disk that takes no file from anybody (full, read-only) there is no lease to be had, and nobody else has one: it
 * is given all the same, and made as soon as the disk lets us.
 * @param clock milliseconds since the epoch
 * @throws what the file system throws when the file cannot be made for another reason.
 */
export async function acquireLease(path: string, owner: LeaseOwner, clock: () => number): Promise<Lease | HeldLease> {
  try {
    return await makeLease(path, owner, clock);
  } catch (error) {
    if (isDiskRefusal(error)) return new LateLease(() => makeLease(path, owner, clock));
    throw error;
  }
}

async function makeLease(path: string, owner: LeaseOwner, clock: () => number): Promise<Lease | HeldLease> {
  const token = newToken(clock());
  const content = JSON.stringify({ ...owner, token });
  if (await makeExclusive(path, content)) return new FileLease(path, token, clock);
  const found = await readLease(path);
  if (found === undefined) return makeLease(path, owner, clock);
  if (!isOver(found, owner.host, clock)) return { held: false, owner: found.owner };
  const right = await makeLease(`${path}.${found.token}`, owner, clock);
  if (!right.held) return right;
  try {
    const now = await readLease(path);
    if (now === undefined) return await makeLease(path, owner, clock);
    if (now.token !== found.token) return { held: false, owner: now.owner };
    await replace(path, content, token);
    return new FileLease(path, token, clock);
  } finally {
    await right.release();
  }
}

/** Nobody is kept out by it, so that it need not be secret, and a start need not wait for Node's cryptography. */
function newToken(now: number): string {
  const random = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  return [process.pid, now, random].map((part) => Math.trunc(part).toString(16)).join("");
}

/** Whether somebody holds this lease now, as far as `host` can tell. */
export async function isLeaseHeld(path: string, host: string, clock: () => number): Promise<boolean> {
  const found = await readLease(path);
  return found !== undefined && !isOver(found, host, clock);
}

class FileLease implements Lease {
  readonly held = true;
  readonly #path: string;
  readonly #token: string;
  readonly #clock: () => number;

  constructor(path: string, token: string, clock: () => number) {
    this.#path = path;
    this.#token = token;
    this.#clock = clock;
  }

  async heartbeat(): Promise<boolean> {
    if (!(await this.#isOurs())) return false;
    const now = new Date(this.#clock());
    // The file's time, not its content: that also works on a full disk.
    await utimes(this.#path, now, now);
    return true;
  }

  async release(): Promise<void> {
    try {
      if (await this.#isOurs()) await rm(this.#path, { force: true });
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  async #isOurs(): Promise<boolean> {
    return (await readLease(this.#path))?.token === this.#token;
  }
}

/** One that the disk has not taken yet. Somebody may come before us when it does. */
class LateLease implements Lease {
  readonly held = true;
  readonly #make: () => Promise<Lease | HeldLease>;
  #made: Lease | undefined;

  constructor(make: () => Promise<Lease | HeldLease>) {
    this.#make = make;
  }

  async heartbeat(): Promise<boolean> {
    if (this.#made !== undefined) return this.#made.heartbeat();
    const made = await this.#make();
    if (made.held) this.#made = made;
    return made.held;
  }

  async release(): Promise<void> {
    await this.#made?.release();
  }
}

function isOver({ owner, heartbeat }: LeaseFile, host: string, clock: () => number): boolean {
  if (owner?.host === host) return !isAlive(owner);
  return clock() - heartbeat > OTHER_HOST_BOUND_MS;
}

async function makeExclusive(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === "EEXIST") return false;
    // Made, but no room for the content: an empty lease would stand in everybody's way.
    if (isSystemError(error) && error.syscall === "write") await rm(path, { force: true });
    throw error;
  }
}

async function replace(path: string, content: string, token: string): Promise<void> {
  const made = `${path}.new-${token}`;
  try {
    await writeFile(made, content, { flag: "wx", mode: 0o600 });
    await rename(made, path);
  } catch (error) {
    await rm(made, { force: true });
    throw error;
  }
}

async function readLease(path: string): Promise<LeaseFile | undefined> {
  try {
    const [text, { mtimeMs, ino }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const { owner, token } = parseLease(text);
    return { owner, token: token ?? `unreadable-${ino}-${Math.trunc(mtimeMs)}`, heartbeat: mtimeMs };
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The content of a lease file. Of one that is just being written, or damaged, nothing is known. */
function parseLease(text: string): { owner: LeaseOwner | undefined; token: string | undefined } {
  const { host, pid, started, token } = parseJsonObject(text);
  if (typeof host !== "string" || typeof pid !== "number" || typeof token !== "string" || !/^[0-9a-f]+$/.test(token)) {
    return { owner: undefined, token: undefined };
  }
  return { owner: { host, pid, ...(typeof started === "string" ? { started } : {}) }, token };
}
