import type { TerminalMode } from "./terminal-calls.ts";

/** Where `struct termios` has what is looked at here. https://man7.org/linux/man-pages/man3/termios.3.html */
interface Layout {
  /** Byte position of the local flags, 32 bits of them, in the machine's byte order. */
  readonly localFlags: number;
  readonly signalsFlag: number;
  readonly linesFlag: number;
  readonly echoFlag: number;
  /** Byte positions of the control characters that suspend and that end the input. */
  readonly suspendKey: number;
  readonly endKey: number;
}

const LINUX: Layout = { localFlags: 12, signalsFlag: 0x1, linesFlag: 0x2, echoFlag: 0x8, suspendKey: 27, endKey: 21 };
const MACOS: Layout = {
  localFlags: 24,
  signalsFlag: 0x80,
  linesFlag: 0x100,
  echoFlag: 0x8,
  suspendKey: 42,
  endKey: 32,
};

/**
 * The key that suspends the job in the foreground of a terminal (26, Ctrl-Z, for most people). Absent while a program
 * has the terminal hand every key over, and where the layout of the mode is not known.
 */
export function suspendKeyOf(mode: TerminalMode, platform: NodeJS.Platform = process.platform): number | undefined {
  const layout = layoutOf(platform);
  if (layout === undefined) return undefined;
  return (localFlagsOf(mode, layout) & layout.signalsFlag) === 0 ? undefined : mode[layout.suspendKey];
}

/**
 * The key that ends the input (4, Ctrl-D, for most people). Absent where keys do not come as lines, and where the layout
 * of the mode is not known.
 */
export function endKeyOf(mode: TerminalMode, platform: NodeJS.Platform = process.platform): number | undefined {
  const layout = layoutOf(platform);
  if (layout === undefined) return undefined;
  return (localFlagsOf(mode, layout) & layout.linesFlag) === 0 ? undefined : mode[layout.endKey];
}

/** The same mode, in which what is typed is not shown. Absent where it is not, and where the layout is not known. */
export function unechoed(mode: TerminalMode, platform: NodeJS.Platform = process.platform): TerminalMode | undefined {
  const layout = layoutOf(platform);
  if (layout === undefined) return undefined;
  const flags = localFlagsOf(mode, layout);
  if ((flags & layout.echoFlag) === 0) return undefined;
  const changed = Buffer.from(mode);
  changed.writeUInt32LE((flags & ~layout.echoFlag) >>> 0, layout.localFlags);
  return Uint8Array.from(changed);
}

function localFlagsOf(mode: TerminalMode, { localFlags }: Layout): number {
  return Buffer.from(mode.buffer, mode.byteOffset, mode.byteLength).readUInt32LE(localFlags);
}

function layoutOf(platform: NodeJS.Platform): Layout | undefined {
  if (platform === "linux") return LINUX;
  return platform === "darwin" ? MACOS : undefined;
}

/** Whether two modes are the same in every byte. */
export function isSameMode(one: TerminalMode, other: TerminalMode): boolean {
  return Buffer.compare(one, other) === 0;
}
