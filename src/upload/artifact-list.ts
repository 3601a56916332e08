import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, extname, relative, sep } from "node:path";
import type { RunDirectory } from "../journal/run-directory.ts";
import { isSystemError } from "../journal/system-error.ts";
import type { RunHeader } from "../model/run.ts";
import { matchFiles, MOST_FILES } from "./glob.ts";

/** A file of the user's as it was when the run ended. */
export interface ListedFile {
  /** Absolute. */
  readonly path: string;
  /** Its name in a tracker. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/**
 * The files that a run's `--artifact` stood for at its end: `artifacts.json` in the run directory. Later uploads go by it,
 * since by then the next run may have written other files under the same names. The files themselves stay where they are.
 */
export interface ArtifactList {
  readonly version: 1;
  readonly files: readonly ListedFile[];
  /** Why something that was asked for is not among them. */
  readonly missing: readonly { readonly what: string; readonly reason: string }[];
}

/** Names that our own artifacts have. */
const OWN_NAMES = /^output(-\d+(-dropped)?)?\.(log|txt)$|^analysis\/resource_usage\.png$/;

/**
 * Lists the files of a run that has just ended.
 * @param store the store's folder, which is never part of a run
 * @throws what the file system throws when the list cannot be written
 */
export async function listArtifacts(
  run: RunDirectory,
  { artifacts = [], cwd }: Pick<RunHeader, "artifacts" | "cwd">,
  store: string,
  onProgress: () => void,
): Promise<void> {
  const files = new Map<string, ListedFile>();
  const names = new Set<string>();
  const missing: { what: string; reason: string }[] = [];
  for (const pattern of artifacts) {
    const matches = await matchFiles(pattern, { cwd, except: store, onProgress });
    if (matches.files.length === 0) missing.push({ what: pattern, reason: "there was no such file at the run's end" });
    if (matches.files.length >= MOST_FILES) {
      missing.push({ what: pattern, reason: `only its first ${MOST_FILES} files were taken` });
    }
    for (const path of matches.files) {
      if (files.has(path)) continue;
      const file = await listed(path, freeName(nameOf(path, cwd, matches.base), names));
      if (file === undefined) continue;
      names.add(file.name);
      files.set(path, file);
    }
  }
  const list: ArtifactList = { version: 1, files: [...files.values()], missing };
  const temporary = `${run.artifactList}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(list, undefined, 2)}\n`, { mode: 0o600 });
  await rename(temporary, run.artifactList);
}

/** `undefined` where there is none: the run was left before it was made. */
export async function readArtifactList(run: RunDirectory): Promise<ArtifactList | undefined> {
  try {
    const list: unknown = JSON.parse(await readFile(run.artifactList, "utf8"));
    return isArtifactList(list) ? list : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (isSystemError(error) && error.code === "ENOENT")) return undefined;
    throw error;
  }
}

/** Why a listed file is no longer what the run has left; `undefined` while it is. */
export async function whyChanged(file: ListedFile): Promise<string | undefined> {
  try {
    const { size, mtimeMs } = await stat(file.path);
    if (size === file.bytes && Math.trunc(mtimeMs) === file.modified) return undefined;
    return `${file.path} has been written to since the run ended`;
  } catch {
    return `${file.path} is no longer there`; // or out of reach, which comes to the same
  }
}

async function listed(path: string, name: string): Promise<ListedFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, name, bytes: size, modified: Math.trunc(mtimeMs) };
  } catch {
    // Gone since it was found.
    return undefined;
  }
}

/** From the run's folder where the file is in it, else from where its pattern begins to vary. */
function nameOf(path: string, cwd: string, base: string): string {
  const inside = relative(cwd, path);
  const name = inside.startsWith("..") || inside === "" ? relative(base, path) : inside;
  return (name.startsWith("..") ? basename(path) : name).split(sep).join("/");
}

/** Two files never share a name, nor does one with our own: a number goes before the ending. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const ending = extname(wanted);
  const stem = wanted.slice(0, wanted.length - ending.length);
  let name = wanted;
  for (let count = 2; taken.has(name) || OWN_NAMES.test(name); count += 1) name = `${stem}_${count}${ending}`;
  return name;
}

function isArtifactList(value: unknown): value is ArtifactList {
  const list = value as Partial<ArtifactList> | null;
  return typeof list === "object" && list?.version === 1 && Array.isArray(list.files) && Array.isArray(list.missing);
}
