import { closeSync, openSync, readSync } from "node:fs";

import type { Unavailable } from "../model/metric.ts";

import { unavailable } from "./readings.ts";

/**
 * A read that gives less than this has come to the end. The kernel gives what fits into a page, in whole lines of a few
 * hundred bytes, so that one that stopped for want of room gives more.
 */
const SURELY_WHOLE = 2048;

/** A kernel file that was opened once and is read again and again. */
export interface KeptFile {
  readonly path: string;
  /** The whole file as it is now; the same string as long as nothing in it has changed. Throws the system's error. */
  read(): string;
  close(): void;
}

/**
 * Opens a file of /proc or /sys for good, or says why it cannot be opened.
 *
 * The kernel makes the content anew for every read at position 0, so one descriptor serves all samples: about 6 µs a
 * reading, against 30 µs or more for opening the path each time. The buffer is reused and grows when a file outgrows it.
 */
export function keepOpen(path: string, metrics: readonly string[]): KeptFile | Unavailable {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    return unreadable(path, metrics, error);
  }
  let buffer = Buffer.allocUnsafe(4096);
  let last = "";
  /** How many bytes there are in the buffer then. */
  const fill = (): number => {
    let length = 0;
    for (;;) {
      const count = readSync(fd, buffer, length, buffer.length - length, length);
      length += count;
      if (count < SURELY_WHOLE) return length;
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
  };
  return {
    path,
    read() {
      const length = fill();
      const text = buffer.toString("utf8", 0, length);
      if (text !== last) last = text;
      return last;
    },
    close: () => closeSync(fd),
  };
}

/** Parses a text that was read again only when it is another one. What comes of it is shared, and must not be changed. */
export function whenChanged<Parsed>(parse: (text: string) => Parsed): (text: string) => Parsed {
  let last: { readonly text: string; readonly parsed: Parsed } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, parsed: parse(text) };
    return last.parsed;
  };
}

/** Why a path cannot be opened, as a fact about this machine. */
export function unreadable(path: string, metrics: readonly string[], error: unknown): Unavailable {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return unavailable(metrics, `${path} is not there`);
  if (code === "EACCES" || code === "EPERM") return unavailable(metrics, `${path} may not be read by this user`);
  return { state: "failed", metrics, reason: `${path} cannot be opened: ${messageOf(error)}` };
}

/** The system's name of an error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
