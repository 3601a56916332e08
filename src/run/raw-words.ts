import { readFileSync } from "node:fs";

/**
 * What Node puts where bytes are no UTF-8: from then on nobody knows which they were. Old file names are such bytes, and a
 * command that is given one has to find the file.
 */
const LOST = "\uFFFD";

const WHERE_ARGUMENTS_ARE = "/proc/self/cmdline";
const WHERE_ENVIRONMENT_IS = "/proc/self/environ";

/** Words of the command, by their place in it, and values of the environment, by their name, that are no UTF-8. */
export interface RawWords {
  readonly words: ReadonlyMap<number, Buffer>;
  readonly values: ReadonlyMap<string, Buffer>;
}

/** The bytes of what cannot be text, as the system has them; nothing where it does not say. */
export function rawWords(command: readonly string[], env: NodeJS.ProcessEnv): RawWords {
  const words = new Map<number, Buffer>();
  const values = new Map<string, Buffer>();
  if (command.some(isLossy)) {
    // The command is what our own arguments end with.
    const all = piecesOf(WHERE_ARGUMENTS_ARE).slice(-command.length);
    all.forEach((bytes, index) => {
      if (isRaw(bytes) && bytes.toString() === command[index]) words.set(index, bytes);
    });
  }
  if (Object.values(env).some(isLossy)) {
    for (const bytes of piecesOf(WHERE_ENVIRONMENT_IS)) {
      const at = bytes.indexOf("=");
      const [name, value] = [bytes.subarray(0, at), bytes.subarray(at + 1)];
      if (at > 0 && isRaw(value) && env[name.toString()] === value.toString()) values.set(name.toString(), value);
    }
  }
  return { words, values };
}

function isLossy(text: string | undefined): boolean {
  return text?.includes(LOST) === true;
}

function isRaw(bytes: Buffer): boolean {
  return !Buffer.from(bytes.toString()).equals(bytes);
}

/** Each piece ends with a null byte. */
function piecesOf(path: string): Buffer[] {
  const pieces: Buffer[] = [];
  let bytes = readOrNothing(path);
  for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0)) {
    pieces.push(bytes.subarray(0, end));
    bytes = bytes.subarray(end + 1);
  }
  return pieces;
}

function readOrNothing(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0); // no /proc: the command gets what Node has made of them
  }
}
