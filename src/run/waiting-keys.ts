import { closeSync, constants, openSync, readSync } from "node:fs";

/** A terminal keeps 4095 bytes at most, and each end of the input counts as one. */
const MOST_READS = 4096;

export interface WaitingKeysOptions {
  /** What stands for an end of the input (Ctrl-D) that was typed. */
  readonly endKey?: number | undefined;
  /** Has the terminal hand over every byte. Called between whole lines and what there is of another. */
  readonly makeRaw: () => void;
}

/**
 * What was typed into a terminal and waits to be read. Empty where there is nothing, and where the terminal is gone.
 * @param path `/dev/tty` is our own; in the background nothing is to be had of it
 */
export function readWaitingKeys(path: string, { endKey, makeRaw }: WaitingKeysOptions): Buffer {
  const descriptor = openToLook(path);
  const lines = readAll(descriptor, endKey);
  makeRaw();
  // At once: what is typed from now on is shown by somebody else.
  const rest = readAll(descriptor, undefined);
  if (descriptor !== undefined) closeSync(descriptor);
  return Buffer.concat([...lines, ...rest]);
}

function openToLook(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return undefined; // it has been hung up
  }
}

function readAll(descriptor: number | undefined, endKey: number | undefined): Buffer[] {
  const keys: Buffer[] = [];
  if (descriptor === undefined) return keys;
  try {
    for (let reads = 0; reads < MOST_READS; reads += 1) {
      const buffer = Buffer.alloc(4096);
      const length = readSync(descriptor, buffer);
      if (length > 0) keys.push(buffer.subarray(0, length));
      else if (endKey === undefined) break;
      else keys.push(Buffer.of(endKey));
    }
  } catch {
    // EAGAIN: that was all. EIO: it has been hung up, or we are in the background.
  }
  return keys;
}
