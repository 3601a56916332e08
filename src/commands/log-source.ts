import { createReadStream, fstatSync } from "node:fs";
import { isSystemError, wordsOf } from "../journal/system-error.ts";
import { UserError } from "../model/error.ts";

/** What is read at once. */
const PIECE_BYTES = 256 * 1024;

/**
 * The bytes of a log: of this file, or of stdin.
 * @throws UserError when it cannot be read, and when stdin is a keyboard.
 */
export async function* logSource(file: string | undefined): AsyncGenerator<Uint8Array> {
  if (file === undefined && process.stdin.isTTY) {
    throw new UserError("there is no log on stdin; name a file, or type COMMAND | tracelet extract");
  }
  // Node reads nothing of a folder on stdin, and says nothing.
  if (file === undefined && isFolder(0)) throw new UserError("stdin is a folder; name the log in it");
  try {
    const stream = file === undefined ? process.stdin : createReadStream(file, { highWaterMark: PIECE_BYTES });
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new UserError(`the log ${file ?? "on stdin"} cannot be read: ${wordsOf(error)}; name another file`, {
      cause: error,
    });
  }
}

function isFolder(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isDirectory();
  } catch {
    return false; // closed: then it is empty
  }
}
