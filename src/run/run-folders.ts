import { fillFolder } from "../backends/folder-template.ts";
import type { RunHeader } from "../model/run.ts";
import type { RunFacts } from "./describe-run.ts";

/**
 * The folders that a run has outside the store: later sessions, which may be started elsewhere, find them in the header. One
 * that resumes another goes on in its folders.
 */
export function foldersOf({ settings, resumes, ...facts }: RunFacts): Pick<RunHeader, "folders"> {
  if (!settings.backend.includes("tensorboard")) return {};
  const project = resumes?.project ?? settings.project;
  const own = { tensorboard: fillFolder(settings.tensorboardDir, { ...facts, project }) };
  return { folders: { ...own, ...resumes?.folders } };
}
