import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { pythonEnvironment } from "../python-environment.ts";

/** psutil, in a Python of its own. */
export interface PsutilReader {
  /** What it reads now; its CPU share is over the time since the last call. */
  read(): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

/** @param path the folder whose file system is meant by `disk_total` and its like */
export async function openPsutil(path: string): Promise<PsutilReader> {
  const python = await pythonEnvironment("psutil-venv", join(import.meta.dirname, "requirements.txt"));
  const child = spawn(python, [join(import.meta.dirname, "read.py"), path], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async read() {
      child.stdin.write("\n");
      const { value, done } = await lines.next();
      if (done === true) throw new Error("psutil ended");
      return JSON.parse(value);
    },
    close: () => child.kill(),
  };
}
