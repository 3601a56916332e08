import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Says which run a folder is of. Made before any other file, and only where there was none. */
const MARK = "tracelet-run.txt";

/** Folders with a number behind their name that are tried; a name that so many runs have is no name. */
const MOST_TRIES = 10_000;

/**
 * The folder that has the event files of a run, and of the runs that go on with it. To TensorBoard a folder is a run: where
 * the wanted one has event files of somebody else, the run gets the next that is free, with a number behind its name.
 * @param wanted absolute
 * @param first the id of the run with which the chain began
 * @throws what the file system throws
 */
export async function claimFolder(wanted: string, first: string): Promise<string> {
  const folders = function* () {
    yield wanted;
    for (let count = 2; count < MOST_TRIES; count += 1) yield `${wanted}-${count}`;
  };
  for (const folder of folders()) {
    const owner = await ownerOf(folder);
    if (owner === first || (owner === undefined && (await claim(folder, first)))) return folder;
  }
  throw Object.assign(new Error(`${wanted} and the folders beside it are taken`), { code: "EEXIST" });
}

/** The run whose folder it is, `other` for somebody else, `undefined` for nobody. */
async function ownerOf(folder: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, MARK), "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return (await filesIn(folder)).some((name) => name.includes("tfevents")) ? "other" : undefined;
}

/** Whether it is ours now: two runs of one name may start at the same moment. */
async function claim(folder: string, first: string): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, MARK), `${first}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The event files of a run in its folder, by their generations: 1 is the one that was begun first. */
export async function eventFilesOf(folder: string, id: string): Promise<Map<number, string>> {
  const files = new Map<number, string>();
  for (const name of await filesIn(folder)) {
    const [, run, generation] = /^events\.out\.tfevents\.\d+\.[\w-]*\.([^.]+)(?:\.(\d+))?$/.exec(name) ?? [];
    if (run === id) files.set(Number(generation ?? 1), join(folder, name));
  }
  return files;
}

/**
 * The path of an event file. Readers go through a folder by these names, so a run that resumes another comes behind it, and
 * one that was begun again behind what it was before.
 * @param started milliseconds since the epoch
 */
export function eventFilePath(
  folder: string,
  run: { readonly id: string; readonly host: string; readonly started: number },
  generation: number,
): string {
  const seconds = String(Math.max(0, Math.trunc(run.started / 1000))).padStart(10, "0");
  const host = run.host.replace(/[^\w-]+/g, "-");
  const behind = generation === 1 ? "" : `.${generation}`;
  return join(folder, `events.out.tfevents.${seconds}.${host}.${run.id}${behind}`);
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
