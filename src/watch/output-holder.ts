import { closeSync } from "node:fs";
import { Socket } from "node:net";
import { isatty, ReadStream } from "node:tty";
import type { StreamName } from "../model/run.ts";
import { HELD_DESCRIPTORS } from "../model/watcher-protocol.ts";
import { restOfTerminal } from "../tty/rest-of-terminal.ts";

/**
 * The second holder of the read ends of the child's output. While the wrapper lives it only holds them. When the
 * wrapper is killed outright it reads them to their end, so that the child neither dies of SIGPIPE nor blocks on a
 * full pipe.
 */
export class OutputHolder {
  readonly #held: Set<StreamName>;

  constructor(held: readonly StreamName[]) {
    this.#held = new Set(held);
  }

  /** Closes our end of a stream. */
  release(stream: StreamName): void {
    if (this.#held.delete(stream)) closeSync(HELD_DESCRIPTORS[stream]);
  }

  /** Reads what is still to come of every stream that is held; resolves when the last writer has closed. */
  async drain(onBytes: (stream: StreamName, bytes: Uint8Array) => void): Promise<void> {
    const streams = [...this.#held];
    this.#held.clear();
    await Promise.all(streams.map((stream) => drainStream(stream, onBytes)));
  }
}

async function drainStream(stream: StreamName, onBytes: (stream: StreamName, bytes: Uint8Array) => void) {
  const fd = HELD_DESCRIPTORS[stream];
  const isTerminal = isatty(fd);
  const socket = isTerminal ? new ReadStream(fd) : new Socket({ fd, readable: true, writable: false });
  socket.on("data", (bytes: Buffer) => onBytes(stream, bytes));
  if (isTerminal) socket.once("end", () => onBytes(stream, restOfTerminal(fd)));
  await new Promise<void>((resolve) => {
    socket.once("error", () => resolve()); // the read end is gone either way
    socket.once("close", () => resolve());
  });
}
