import { spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { tensorboardPython } from "./venv.ts";

/** A folder of event files as TensorBoard's own reader has it. */
export interface ReadFolder {
  readonly scalars: Readonly<Record<string, readonly ReadScalar[]>>;
  /** Markdown. */
  readonly texts: Readonly<Record<string, readonly (readonly [step: number, text: string])[]>>;
  readonly hparams: Readonly<Record<string, unknown>> | null;
  /** 1 success, 2 failure. */
  readonly status: number | null;
}

export type ReadScalar = readonly [
  step: number,
  milliseconds: number,
  value: number | "NaN" | "Infinity" | "-Infinity",
];

/** TensorBoard's reader, loaded once: that alone takes a second. Close it, or its process stays until the test's end. */
export interface EventReader {
  read(folder: string): Promise<ReadFolder>;
  close(): void;
}

export async function openEventReader(): Promise<EventReader> {
  const script = path.join(import.meta.dirname, "read_events.py");
  const reader = spawn(await tensorboardPython(), [script], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: reader.stdout })[Symbol.asyncIterator]();
  // One question at a time: the answers carry no names.
  let last: Promise<unknown> = Promise.resolve();
  return {
    read(folder) {
      const answer = last.then(async (): Promise<ReadFolder> => {
        reader.stdin.write(`${folder}\n`);
        const line = await answers.next();
        if (line.done === true) throw new Error("TensorBoard's reader ended; its words are above");
        return JSON.parse(line.value) as ReadFolder;
      });
      last = answer.catch(() => {});
      return answer;
    },
    close: () => reader.stdin.end(),
  };
}
