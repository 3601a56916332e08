import { closeSync, constants, openSync, readSync } from "node:fs";

/** A terminal keeps 4095 bytes at most, and each end of the input counts as one. */
const MOST_READS = 4096;

/**
 * What was typed into a terminal and waits to be read; in its usual mode, whole lines only. Empty where there is nothing,
 * and where the terminal is gone.
 * @param path `/dev/tty` is our own; in the background nothing is to be had of it
 * @param endKey what stands for an end of the input (Ctrl-D) that was typed
 */
export function readWaitingKeys(path: string, endKey?: number): Buffer {
  const keys: Buffer[] = [];
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    for (let reads = 0; reads < MOST_READS; reads += 1) {
      const buffer = Buffer.alloc(4096);
      const length = readSync(descriptor, buffer);
      if (length > 0) keys.push(buffer.subarray(0, length));
      else if (endKey === undefined) break;
      else keys.push(Buffer.of(endKey));
    }
  } catch {
    // EAGAIN: that was all. EIO: it has been hung up, or we are in the background.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  return Buffer.concat(keys);
}
