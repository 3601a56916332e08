import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { StreamName } from "../model/run.ts";

/** The two ends of the pipe that one of the child's streams goes through. */
export interface OutputPipe {
  /** Ours, non-blocking. */
  readonly read: number;
  /** The child's, blocking, as any program expects. Closed here once the child has it. */
  readonly write: number;
}

export type OutputPipes = Readonly<Partial<Record<StreamName, OutputPipe>>>;

/**
 * Makes a real pipe for each of these streams, or returns undefined where that is not possible (no `mkfifo`
 * program, or a file system without FIFOs): the caller then falls back to Node's own socket pairs.
 *
 * Node has no pipe(2), and its `stdio: "pipe"` is a socket pair, on which a child's open("/dev/stdout") fails with
 * ENXIO. A FIFO that is opened at both ends and unlinked at once is a pipe like any other. https://man7.org/linux/man-pages/man7/fifo.7.html
 */
export async function openOutputPipes(
  folders: readonly string[],
  streams: readonly StreamName[],
): Promise<OutputPipes | undefined> {
  for (const folder of folders) {
    // mkfifo refuses a name that is taken, whoever took it.
    const base = join(folder, `.tracelet-${process.pid}-${Math.random().toString(36).slice(2)}`);
    const paths = streams.map((stream) => ({ stream, path: `${base}-${stream}` }));
    try {
      const names = paths.map(({ path }) => path);
      const [status] = await once(
        forUsAlone(() => spawn("mkfifo", names, { stdio: "ignore" })),
        "exit",
      );
      if (status === 0) return openAll(paths);
    } catch {
      // There is no such program, this file system makes FIFOs that it cannot open, or we are out of descriptors.
    } finally {
      for (const { path } of paths) rmSync(path, { force: true });
    }
  }
  return undefined;
}

/** Has what is started make files that are nobody else's. With `-m`, glibc's mkfifo fails where there is no /proc. */
function forUsAlone<Started>(start: () => Started): Started {
  const before = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

/** Lets go of both ends, when there was no launch. */
export function closePipe(pipe: OutputPipe): void {
  closeSync(pipe.write);
  closeSync(pipe.read);
}

function openAll(paths: readonly { readonly stream: StreamName; readonly path: string }[]): OutputPipes {
  const opened: number[] = [];
  const open = (path: string, flags: number) => {
    const descriptor = openSync(path, flags);
    opened.push(descriptor);
    return descriptor;
  };
  // The order matters: a non-blocking reader opens at once without a writer, and then the writer does too.
  const openBothEnds = (path: string): OutputPipe => ({
    read: open(path, constants.O_RDONLY | constants.O_NONBLOCK),
    write: open(path, constants.O_WRONLY),
  });
  try {
    return Object.fromEntries(paths.map(({ stream, path }) => [stream, openBothEnds(path)]));
  } catch (error) {
    opened.forEach((descriptor) => closeSync(descriptor));
    throw error;
  }
}
