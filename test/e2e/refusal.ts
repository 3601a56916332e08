import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { temporaryFolder, tracelet } from "../support/tracelet.ts";

/** Leaves a trace where it is started. */
export const COMMAND = ["--", "touch", "started"];

export interface Typed {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files in the folder in which it is typed. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Types `tracelet ARGS…` in a folder of its own and gives what there is to see afterwards. */
export async function outcomeOf({ args, env = {}, files = {} }: Typed) {
  const cwd = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const { code, signal, stdout, errors } = await tracelet(args, { cwd, env });
  const made = (await readdir(cwd)).filter((name) => !(name in files));
  const tellsWhatToDo = /; (type|choose|name|correct) |: (start|set) /.test(errors);
  return { code, signal, stdout: stdout.toString(), errors, made, tellsWhatToDo };
}

/** What every refusal has to be. `says` is the sentence behind `tracelet: `, or a pattern of its one line. */
export function refusal(code: number, says: string | RegExp): Awaited<ReturnType<typeof outcomeOf>> {
  const line = typeof says === "string" ? `tracelet: ${says}\n` : expect.stringMatching(oneLine(says));
  return { code, signal: null, stdout: "", errors: line, made: [], tellsWhatToDo: true };
}

/** What is said of a wrong interval, quoted as it was typed. */
export function noInterval(where: string, value: string, instead: string): string {
  return `${where} is ${value}, which is neither a positive number nor 'auto'; type ${instead}`;
}

function oneLine({ source }: RegExp): RegExp {
  return new RegExp(`^tracelet: (?=${source.replace(/^\^/, "").replace(/\$$/, "\\n$")})[^\\n]+\\n$`);
}
