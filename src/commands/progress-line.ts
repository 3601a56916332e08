import type { WriteStream } from "node:tty";
import type { SyncProgress } from "../model/view.ts";
import { renderSyncProgress } from "../terminal/sync.ts";

/** Milliseconds between two pictures. */
const PACE_MS = 100;

/** To the line's start, and its rest away. */
const CLEAR = "\r\u001b[K";

export interface ProgressLine {
  show(progress: SyncProgress): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

/** A line at the foot of a terminal that is drawn again and again; nothing where the stream is none. */
export function openProgress(stream: WriteStream, env: NodeJS.ProcessEnv): ProgressLine {
  let drawn = Number.NEGATIVE_INFINITY;
  let isThere = false;
  return {
    show(progress) {
      if (!stream.isTTY || performance.now() - drawn < PACE_MS) return;
      drawn = performance.now();
      isThere = true;
      stream.write(CLEAR + renderSyncProgress(progress, stream, { env }));
    },
    clear() {
      if (isThere) stream.write(CLEAR);
      isThere = false;
    },
  };
}
