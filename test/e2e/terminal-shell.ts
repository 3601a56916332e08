import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { openTerminal, type TestTerminal } from "../support/terminal.ts";
import { EXECUTABLE, temporaryFolder } from "../support/tracelet.ts";
import { pairOf, type TerminalPair } from "./terminal-pair.ts";

/** Two interactive shells with job control. In one of them `wrap COMMAND` is `tracelet run`, in the other the command. */
export interface ShellPair extends TerminalPair {
  /** The folders in which they run. */
  readonly folders: readonly string[];
  /** Types a line at the prompt. */
  enter(line: string): void;
  /** Waits until both are at the prompt, with the same screen and the mode that they had at the first. */
  prompt(): Promise<void>;
  /** Waits until the wrapped command has the keyboard. */
  taken(): Promise<void>;
  /** Waits until a full-screen program is up in both. */
  fullScreen(): Promise<void>;
  /** Has the shells say in which mode their commands find the terminal: whether it is the usual one, and the same. */
  areSane(): Promise<boolean>;
  /** Puts a file into both folders. */
  put(name: string, text?: string): Promise<void>;
}

const PROMPT = "prompt> ";

const WRAP = {
  plain: 'exec "$@"',
  wrapped: 'exec "$NODE" "$TRACELET" run --quiet -- "$@"',
} as const;

export async function openShells(files: Readonly<Record<string, string>> = {}): Promise<ShellPair> {
  const plain = await openShell(WRAP.plain, files);
  const wrapped = await openShell(WRAP.wrapped, files);
  const folders = [plain.cwd, wrapped.cwd];
  const pair = pairOf(plain.terminal, wrapped.terminal);
  return {
    ...pair,
    folders,
    enter: (line) => pair.type(`${line}\r`),
    async prompt() {
      await Promise.all([atPrompt(plain.terminal, plain.mode), atPrompt(wrapped.terminal, wrapped.mode)]);
      await pair.show(PROMPT.trim());
    },
    async taken() {
      const { terminal, mode } = wrapped;
      const isTheirs = () => [mode, terminal.firstMode].some((other) => Buffer.compare(terminal.mode(), other) === 0);
      let looks = 0;
      // More than once in turn: what is typed in the very moment of the change is shown by neither side.
      await terminal.until("the keyboard is the wrapped command's", () => {
        looks = isTheirs() ? 0 : looks + 1;
        return looks > 2;
      });
    },
    async fullScreen() {
      const both = [plain, wrapped].map(({ terminal }) =>
        terminal.until("the second screen", () => terminal.look().buffer === "alternate"),
      );
      await Promise.all(both);
    },
    async areSane() {
      pair.type("clear; stty -a; echo seen\r");
      await pair.show(/^speed [^]*\nseen$/m);
      return / icanon .* echo /s.test(wrapped.terminal.text());
    },
    put: async (name, text = "") => {
      await Promise.all(folders.map((folder) => writeFile(join(folder, name), text)));
    },
  };
}

/** One interactive shell, at its first prompt, with a `wrap` of its own. */
export async function openShell(wrap: string, files: Readonly<Record<string, string>>) {
  const cwd = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const bin = join(cwd, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "wrap"), `#!/bin/sh\n${wrap}\n`);
  await chmod(join(bin, "wrap"), 0o755);
  const env = {
    NODE: process.execPath,
    TRACELET: EXECUTABLE,
    PS1: PROMPT,
    PATH: `${bin}:${process.env["PATH"]}`,
    HISTFILE: "/dev/null",
    INPUTRC: "/dev/null",
  };
  const terminal = await openTerminal(["bash", "--norc", "--noprofile", "-i"], { cwd, env });
  await terminal.shows(PROMPT.trim());
  await terminal.until("the shell reads keys", () => Buffer.compare(terminal.mode(), terminal.firstMode) !== 0);
  return { cwd, terminal, mode: terminal.mode() };
}

/** Waits until the last line that is not empty is a bare prompt, with the keys in its hands. */
async function atPrompt(terminal: TestTerminal, mode: Uint8Array): Promise<void> {
  await terminal.until("the prompt", () => terminal.text().split("\n").at(-1) === PROMPT.trim());
  await terminal
    .until("the mode of the prompt", () => Buffer.compare(terminal.mode(), mode) === 0, 5)
    .catch(() => expect(terminal.mode()).toEqual(mode));
}
