import type { TerminalMode } from "./terminal-calls.ts";

/** Where `struct termios` has what is looked at here. https://man7.org/linux/man-pages/man3/termios.3.html */
interface Layout {
  /** Byte position of the local flags, 32 bits of them, in the machine's byte order. */
  readonly localFlags: number;
  readonly signalsFlag: number;
  /** Byte position of the control character that suspends. */
  readonly suspendKey: number;
}

const LINUX: Layout = { localFlags: 12, signalsFlag: 0x1, suspendKey: 17 + 10 };
const MACOS: Layout = { localFlags: 24, signalsFlag: 0x80, suspendKey: 32 + 10 };

/**
 * The key that suspends the job in the foreground of a terminal (26, Ctrl-Z, for most people). Absent while a program
 * has the terminal hand every key over, and where the layout of the mode is not known.
 */
export function suspendKeyOf(mode: TerminalMode, platform: NodeJS.Platform = process.platform): number | undefined {
  const layout = layoutOf(platform);
  if (layout === undefined) return undefined;
  const flags = Buffer.from(mode.buffer, mode.byteOffset).readUInt32LE(layout.localFlags);
  return (flags & layout.signalsFlag) === 0 ? undefined : mode[layout.suspendKey];
}

function layoutOf(platform: NodeJS.Platform): Layout | undefined {
  if (platform === "linux") return LINUX;
  return platform === "darwin" ? MACOS : undefined;
}

/** Whether two modes are the same in every byte. */
export function isSameMode(one: TerminalMode, other: TerminalMode): boolean {
  return Buffer.compare(one, other) === 0;
}
