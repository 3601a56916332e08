import { writeSync } from "node:fs";
import { HELD_DESCRIPTORS, type TerminalOrder } from "../model/watcher-protocol.ts";
import { loadTerminalCalls } from "../tty/terminal-calls.ts";
import { isSameMode } from "../tty/terminal-mode.ts";

/**
 * Puts the user's terminal in order after the wrapper was killed with it in its hands: the keys would show nothing, and
 * the screen be the child's. A shell that has seen the end of its job has mostly set the mode by then; that one stays.
 */
export async function restoreTerminal({ modes, reset }: TerminalOrder): Promise<void> {
  if (modes === undefined) return;
  const calls = await loadTerminalCalls();
  const mode = calls.mode(HELD_DESCRIPTORS.terminal);
  if (mode === undefined) return; // it has been hung up
  if (reset !== "") writeSync(HELD_DESCRIPTORS.terminal, reset);
  if (isSameMode(mode, decode(modes.raw))) calls.setMode(HELD_DESCRIPTORS.terminal, decode(modes.saved));
}

function decode(mode: string): Uint8Array {
  return Uint8Array.from(Buffer.from(mode, "base64"));
}
