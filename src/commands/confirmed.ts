import { isatty } from "node:tty";
import { createInterface } from "node:readline";

const YES = /^\s*y(es)?\s*$/i;

/** Whether somebody is there who sees a question and can answer it. A script is not asked. */
export function canAsk(): boolean {
  return isatty(0) && (isatty(2) || isatty(1));
}

/** Asks a question that ends in `[y/N]`. Anything but a yes, Ctrl-D too, is a no; Ctrl-C ends us, as everywhere. */
export async function confirmed(question: string): Promise<boolean> {
  (isatty(2) ? process.stderr : process.stdout).write(question);
  // As it is, the terminal edits the line and makes a signal of Ctrl-C.
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    for await (const line of lines) return YES.test(line);
    return false;
  } finally {
    lines.close();
    process.stdin.destroy();
  }
}
