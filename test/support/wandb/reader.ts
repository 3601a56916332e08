import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { createInterface } from "node:readline";

export interface Item {
  readonly nested_key: readonly string[];
  readonly value_json: string;
}

/** A record as the wandb package's own messages read it: one of these is there, under its name in the protocol. */
export interface WandbLogRecord {
  readonly num?: string;
  readonly run?: Readonly<Record<string, unknown>> & { readonly config?: { readonly update: readonly Item[] } };
  readonly config?: { readonly update: readonly Item[] };
  readonly history?: { readonly item: readonly Item[]; readonly step: { readonly num?: string } };
  readonly summary?: { readonly update: readonly Item[] };
  readonly stats?: {
    readonly timestamp: string;
    readonly item: readonly { readonly key: string; readonly value_json: string }[];
  };
  readonly exit?: { readonly exit_code?: number; readonly runtime?: number };
  readonly output_raw?: { readonly output_type?: string; readonly timestamp: string; readonly line: string };
  readonly alert?: Readonly<Record<string, string>>;
  readonly files?: { readonly files: readonly { readonly path: string; readonly policy: string }[] };
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly metric?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** The file ends in the middle of a record. */
  readonly torn?: number;
}

/** The wandb package, loaded once. Close it, or its process stays until the test's ends. */
export interface WandbReader {
  records(file: string): Promise<WandbLogRecord[]>;
  close(): void;
}

export function openWandbReader(python: string): WandbReader {
  const reader = spawn(python, [path.join(import.meta.dirname, "read_log.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: reader.stdout })[Symbol.asyncIterator]();
  // One question at a time: the answers carry no names.
  let last: Promise<unknown> = Promise.resolve();
  return {
    records(file) {
      const answer = last.then(async () => {
        reader.stdin.write(`${file}\n`);
        const line = await answers.next();
        if (line.done === true) throw new Error("the reader ended; its words are above");
        const records: WandbLogRecord[] = JSON.parse(line.value);
        return records;
      });
      last = answer.catch(() => {});
      return answer;
    },
    close: () => reader.stdin.end(),
  };
}

/** A value of W&B's JSON, in which NaN and the infinities have their names. */
export function valueOf(json: string): unknown {
  return /^(NaN|-?Infinity)$/.test(json) ? json : JSON.parse(json);
}

/** The files below `files/`, with their texts. */
export async function filesIn(folder: string): Promise<{ path: string; text: string }[]> {
  const root = path.join(folder, "files");
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({ path: path.relative(root, file), text: await readFile(file, "utf8") })),
  );
}
