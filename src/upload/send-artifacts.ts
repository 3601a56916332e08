import { access } from "node:fs/promises";
import { basename, relative, sep } from "node:path";
import { outputFiles } from "../journal/output-segments.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import type { Artifact, Rejection, RemoteRun } from "../model/backend.ts";
import type { RunHeader } from "../model/run.ts";
import { readArtifactList, whyChanged } from "./artifact-list.ts";

/** A file that is to be with a run, or the reason why it cannot be. */
export type Sendable = Artifact | Rejection;

/** The files of a run that has ended, our own first if they are wanted. Those of one remote run have different names. */
export async function* sendables(
  run: RunDirectory,
  header: RunHeader,
  remote: RemoteRun,
  withOutput: boolean,
): AsyncGenerator<Sendable> {
  // Every run has an output log.
  const folder = remote.shared === true ? `${header.id}/` : "";
  const own = withOutput ? await outputFiles(run) : [];
  for (const path of own) yield { path, name: folder + basename(path) };
  for (const path of [run.picture, run.report]) {
    const name = relative(run.root, path).split(sep).join("/");
    if (await isThere(path)) yield { path, name: folder + name };
  }
  if (header.artifacts === undefined) return;
  const list = await readArtifactList(run);
  if (list === undefined) {
    const reason = "tracelet was ended before it could list the files";
    yield* header.artifacts.map((what) => ({ what, reason }));
    return;
  }
  yield* list.missing;
  for (const file of list.files) {
    const reason = await whyChanged(file);
    yield reason === undefined ? { path: file.path, name: file.name } : { what: file.name, reason };
  }
}

/** A run without readings has no picture, and one of an older tracelet neither. */
async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
