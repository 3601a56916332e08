import { fstatSync, writeSync } from "node:fs";
import { UserError } from "../model/error.ts";

const STDOUT = 1;

/**
 * Writes text and a newline to stdout and waits until it is taken, so that a slow reader holds us up instead of our
 * memory. A reader that has gone (`| head`) ends the process quietly.
 * @throws UserError when the disk or the device does not take it
 */
export async function print(text: string): Promise<void> {
  if (!(await tryToPrint(text))) process.exit(0);
}

/** The same for a command whose work is not its output. Returns whether there was still a reader. */
export async function tryToPrint(text: string): Promise<boolean> {
  const line = `${text}\n`;
  const refused = hasReader() ? await written(line) : putDown(Buffer.from(line));
  if (refused?.code === "EPIPE") return false;
  if (refused === undefined) return true;
  throw new UserError(`stdout cannot be written (${refused.code}): see to the disk or the file it goes to`);
}

/** Whether stdout is a pipe, a socket or a terminal. */
function hasReader(): boolean {
  if (process.stdout.isTTY) return true;
  try {
    const stats = fstatSync(STDOUT);
    return !stats.isFile() && !stats.isCharacterDevice();
  } catch {
    return true; // closed: the stream of Node tells that
  }
}

function written(text: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    process.stdout.once("error", resolve);
    process.stdout.write(text, (error) => {
      // The event follows, and needs its listener.
      if (error) return resolve(error);
      process.stdout.removeListener("error", resolve);
      resolve(undefined);
    });
  });
}

/** All of it into a file: Node's own stream throws where a disk is full, and says nothing where it took a part. */
function putDown(bytes: Buffer): NodeJS.ErrnoException | undefined {
  try {
    for (let from = 0; from < bytes.length;) from += writeSync(STDOUT, bytes, from);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
