import type { WriteStream } from "node:tty";

/** Milliseconds between two pictures. */
const PACE_MS = 100;

/** To the line's start, and its rest away. */
const CLEAR = "\r\u001b[K";

export interface ProgressLine<Progress> {
  show(progress: Progress): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

/** A line at the foot of a terminal that is drawn again and again; nothing where the stream is none. */
export function openProgress<Progress>(
  stream: WriteStream,
  render: (progress: Progress) => string,
): ProgressLine<Progress> {
  let drawn = Number.NEGATIVE_INFINITY;
  let isThere = false;
  return {
    show(progress) {
      if (!stream.isTTY || performance.now() - drawn < PACE_MS) return;
      drawn = performance.now();
      isThere = true;
      stream.write(CLEAR + render(progress));
    },
    clear() {
      if (isThere) stream.write(CLEAR);
      isThere = false;
    },
  };
}
