import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { temporaryFolder, tracelet } from "../support/tracelet.ts";

/** Leaves a trace where it is started. */
export const COMMAND = ["--", "touch", "started"];

export interface Mistake {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files in the folder in which it is typed. */
  readonly files?: Readonly<Record<string, string>>;
  /** What stands behind `tracelet: `, word for word. */
  readonly says: string | RegExp;
}

/** Types `tracelet ARGS…` in a folder of its own and holds what every refusal has to be. */
export async function expectRefusal(code: number, { args, env = {}, files = {}, says }: Mistake): Promise<void> {
  const cwd = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const before = await readdir(cwd);
  const ended = await tracelet(args, { cwd, env });
  expect(ended.errors).toMatch(/^tracelet: [^\n]+\n$/);
  const sentence = ended.errors.slice("tracelet: ".length, -1);
  if (typeof says === "string") expect(sentence).toBe(says);
  else expect(sentence).toMatch(says);
  expect(sentence).toMatch(/; (type|choose|name|correct) |: (start|set) /);
  expect([ended.code, ended.signal, ended.stdout.toString()]).toEqual([code, null, ""]);
  expect(await readdir(cwd)).toEqual(before);
}

/** What is said of a wrong interval, quoted as it was typed. */
export const noInterval = (where: string, value: string, instead: string): string =>
  `${where} is ${value}, which is neither a positive number nor 'auto'; type ${instead}`;
