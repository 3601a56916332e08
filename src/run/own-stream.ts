import { closeSync, constants, fstatSync, openSync, write } from "node:fs";
import { Socket } from "node:net";

/** How long a descriptor that somebody else made non-blocking is left alone before it is tried again. */
const RETRY_MS = 5;

/**
 * One of our own streams to write the child's bytes to. A reader that is slow or has stopped holds up what is written
 * here and nothing else: the event loop never waits for it.
 */
export interface OwnStream {
  /** Writes all of it; `done` has the error when the reader is gone. One call at a time. */
  write(bytes: Uint8Array, done: (error?: NodeJS.ErrnoException) => void): void;
  close(): void;
}

/** @param descriptor 1 or 2 */
export function openOwnStream(descriptor: number): OwnStream {
  return reopenPipe(descriptor) ?? throughThreadPool(descriptor);
}

/**
 * A pipe is opened once more, through /proc: that gives a description of our own, which can be non-blocking without the
 * shell, or whoever else has the pipe, being switched with us. Then the event loop writes, with no thread in between.
 */
function reopenPipe(descriptor: number): OwnStream | undefined {
  const socket = openPipe(descriptor);
  if (!socket) return undefined;
  let onError: (error: NodeJS.ErrnoException) => void = () => {};
  socket.on("error", (error) => onError(error));
  return {
    write(bytes, done) {
      onError = done;
      socket.write(bytes, (error) => {
        // A failed write is told by the event, which also comes where there is no write.
        if (!error) done();
      });
    },
    close: () => socket.destroy(),
  };
}

function openPipe(descriptor: number): Socket | undefined {
  let fd: number | undefined;
  try {
    if (!fstatSync(descriptor).isFIFO()) return undefined;
    fd = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
    return new Socket({ fd, readable: false, writable: true });
  } catch {
    // No /proc, or nobody reads any more: writing to the descriptor itself will show.
    if (fd !== undefined) closeSync(fd);
    return undefined;
  }
}

/** Files, terminals and sockets: a write that takes long takes it in a thread. */
function throughThreadPool(descriptor: number): OwnStream {
  const writeFrom = (bytes: Uint8Array, from: number, done: (error?: NodeJS.ErrnoException) => void): void => {
    write(descriptor, bytes, from, bytes.length - from, null, (error, written) => {
      if (error?.code === "EAGAIN") {
        // Somebody who shares the descriptor made it non-blocking; there is no way to wait for it but to look again.
        setTimeout(() => writeFrom(bytes, from, done), RETRY_MS);
      } else if (error) {
        done(error);
      } else if (from + written < bytes.length) {
        writeFrom(bytes, from + written, done);
      } else {
        done();
      }
    });
  };
  return { write: (bytes, done) => writeFrom(bytes, 0, done), close: () => {} };
}

/**
 * Lets go of our stdout, so that the next program of a pipeline sees its end while we still upload.
 */
export function releaseOwnStdout(stdout: OwnStream): void {
  stdout.close();
  replaceByNullDevice(1, "w");
}

/** Lets go of our stdin, which is the child's: we never read it. */
export function releaseOwnStdin(): void {
  replaceByNullDevice(0, "r");
}

/**
 * Lets go of those of our streams that are terminals. Node would give them, at its exit, the mode that they had at its
 * start: under the hands of whoever is in the foreground by then, and it trips over one that is gone.
 */
export function releaseTerminals(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) replaceByNullDevice(descriptor, descriptor === 0 ? "r" : "w");
}

/**
 * Gives each of our streams that is closed the null device. A file that a thread opened at the moment when we let go of a
 * stream may have got its number, and be closed by now; koffi, which puts stdout on the disk at the end of the process,
 * complains about one that is not there.
 */
export function fillStreams(): void {
  for (const descriptor of [0, 1, 2]) if (!isOpen(descriptor)) replaceByNullDevice(descriptor, "r+");
}

function isOpen(descriptor: number): boolean {
  try {
    fstatSync(descriptor);
    return true;
  } catch {
    return false;
  }
}

/** The lowest free number is the one just closed: nothing that is opened later may get it, and what is meant for it. */
function replaceByNullDevice(descriptor: number, flags: "r" | "w" | "r+"): void {
  try {
    if (isOpen(descriptor)) closeSync(descriptor);
    openSync("/dev/null", flags);
  } catch {
    // No null device: then there is no safe way to let go of anything.
  }
}
