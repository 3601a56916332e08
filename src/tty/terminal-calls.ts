import { closeSync, constants as files, openSync } from "node:fs";
import { constants } from "node:os";
import type { LibraryHandle } from "koffi";

/** A terminal's mode as the system has it (`struct termios`): good for setting it again and for comparing. */
export type TerminalMode = Uint8Array;

/** A terminal's size as the system has it (`struct winsize`): rows, columns, width and height in pixels, 16 bits each. */
export type TerminalSize = Uint8Array;

/** Both ends of a pseudo-terminal. No program inherits them unless they are handed over. */
export interface PseudoTerminalEnds {
  /** Our end: what is written to it is typed, what is read from it was printed. */
  readonly master: number;
  /** The end that programs take for a terminal. */
  readonly slave: number;
  /** Where the slave can be opened: `/dev/pts/3`. */
  readonly path: string;
}

/** What Node cannot ask of terminals. Every call returns at once, and none stops us in the background. */
export interface TerminalCalls {
  /** @throws `TerminalError` where the system gives none. */
  openPseudoTerminal(): PseudoTerminalEnds;
  /** Absent where the descriptor is no terminal, or no longer one. */
  mode(descriptor: number): TerminalMode | undefined;
  /** Returns whether that could be done. In the background it would stop us: look at the foreground first. */
  setMode(descriptor: number, mode: TerminalMode): boolean;
  /** The mode in which every byte comes and goes as it is. */
  rawOf(mode: TerminalMode): TerminalMode;
  /** Absent where the descriptor is no terminal, or no longer one. */
  size(descriptor: number): TerminalSize | undefined;
  /** The system tells the programs in the foreground of the terminal (WINCH) where the size is a new one. */
  setSize(descriptor: number, size: TerminalSize): void;
  /** The process group in the foreground. Absent where this is not the terminal of our session. */
  foregroundGroup(descriptor: number): number | undefined;
  /** Our own process group. */
  ownGroup(): number;
  /** Returns when what was typed at the master's end before this call has been dealt with at the slave's. */
  settleKeys(slave: number): void;
  /** Has a byte read as if it were typed now. Returns whether the system permits it; newer ones mostly do not. */
  typeBack(descriptor: number, byte: number): boolean;
  /** From now on, reading from our terminal in the background fails with EIO instead of stopping our whole group. */
  ignoreBackgroundReads(): void;
}

/** The system gave no pseudo-terminal. */
export class TerminalError extends Error {
  override name = "TerminalError";
}

/** Larger than any system's `struct termios`. */
const MODE_BYTES = 128;
const SIZE_BYTES = 8;
const NOW = 0; // TCSANOW
const IGNORE = 1; // SIG_IGN

/** Numbers of ioctl(2): those of asm-generic, and those that macOS, the BSDs and Linux on POWER have. */
const GENERIC = { getSize: 0x5413, setSize: 0x5414, typeBack: 0x5412 };
const BSD = { getSize: 0x4008_7468, setSize: 0x8008_7467, typeBack: 0x8001_7472 };
const POLL_IN = 1; // POLLIN
/** macOS's FIOCLEX: posix_openpt(3) takes no O_CLOEXEC there. */
const CLOSE_ON_EXEC = 0x2000_6601;
/** Linux's O_CLOEXEC. */
const O_CLOEXEC = 0o2000000;

/**
 * The C library's terminal calls, through koffi, which is an optional dependency.
 * https://man7.org/linux/man-pages/man3/termios.3.html https://man7.org/linux/man-pages/man3/posix_openpt.3.html
 * @throws where koffi is not installed, or does not load here.
 */
export async function loadTerminalCalls(): Promise<TerminalCalls> {
  const { default: koffi } = await import("koffi");
  const c = koffi.load(null);
  const tcgetattr = c.func("int tcgetattr(int fd, _Out_ uint8_t *mode)");
  const tcsetattr = c.func("int tcsetattr(int fd, int when, const uint8_t *mode)");
  const cfmakeraw = c.func("void cfmakeraw(_Inout_ uint8_t *mode)");
  const tcgetpgrp = c.func("int tcgetpgrp(int fd)");
  const getpgrp = c.func("int getpgrp()");
  const ioctl = c.func("int ioctl(int fd, unsigned long request, ...)");
  const requests = process.platform === "linux" && process.arch !== ("ppc64" as string) ? GENERIC : BSD;
  return {
    openPseudoTerminal: () => openPseudoTerminal(c, () => koffi.errno()),
    mode(descriptor) {
      const mode = new Uint8Array(MODE_BYTES);
      return tcgetattr(descriptor, mode) === 0 ? mode : undefined;
    },
    setMode: (descriptor, mode) => tcsetattr(descriptor, NOW, mode) === 0,
    rawOf(mode) {
      const raw = Uint8Array.from(mode);
      cfmakeraw(raw);
      return raw;
    },
    size(descriptor) {
      const size = new Uint8Array(SIZE_BYTES);
      return ioctl(descriptor, requests.getSize, "uint8_t *", size) === 0 ? size : undefined;
    },
    setSize: (descriptor, size) => void ioctl(descriptor, requests.setSize, "uint8_t *", size),
    foregroundGroup(descriptor) {
      const group = tcgetpgrp(descriptor) as number;
      return group > 0 ? group : undefined;
    },
    ownGroup: () => getpgrp() as number,
    settleKeys(slave) {
      // The kernel finishes what it has been handed before it says that there is nothing to read; and where a line is
      // there already, setting the mode waits for the rest of what came with it.
      const polled = new Uint8Array(Int16Array.of(...inHalves(slave), POLL_IN, 0).buffer);
      c.func("int poll(uint8_t *polled, unsigned long count, int milliseconds)")(polled, 1, 0);
    },
    typeBack: (descriptor, byte) => ioctl(descriptor, requests.typeBack, "uint8_t *", Uint8Array.of(byte)) === 0,
    ignoreBackgroundReads: () =>
      void c.func("intptr_t signal(int number, intptr_t action)")(constants.signals.SIGTTIN, IGNORE),
  };
}

/** A 32-bit number as the two 16-bit ones that it has in memory. */
function inHalves(number: number): Int16Array {
  return new Int16Array(Int32Array.of(number).buffer);
}

function openPseudoTerminal(c: LibraryHandle, errno: () => number): PseudoTerminalEnds {
  const isLinux = process.platform === "linux";
  const flags = files.O_RDWR | files.O_NOCTTY | (isLinux ? O_CLOEXEC : 0);
  const master = c.func("int posix_openpt(int flags)")(flags) as number;
  if (master < 0) throw new TerminalError(`errno ${errno()}`);
  try {
    if (!isLinux) c.func("int ioctl(int fd, unsigned long request, ...)")(master, CLOSE_ON_EXEC);
    const granted = c.func("int grantpt(int fd)")(master) === 0 && c.func("int unlockpt(int fd)")(master) === 0;
    const path = granted ? (c.func("str ptsname(int fd)")(master) as string | null) : null;
    if (path === null) throw new TerminalError(`errno ${errno()}`);
    return { master, slave: openSync(path, files.O_RDWR | files.O_NOCTTY), path };
  } catch (error) {
    closeSync(master);
    throw error;
  }
}
