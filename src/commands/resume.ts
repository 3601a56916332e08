import { UserError } from "../model/error.ts";
import type { RunHeader } from "../model/run.ts";
import type { FlagSpec } from "../settings/flags.ts";

/** `--resume RUN`, which only `tracelet run` has: what one run is about is no setting of a project. */
export const RESUME = {
  name: "resume",
  type: "value",
  repeatable: false,
  placeholder: "RUN",
  description: "Go on with this run: an id, the beginning of one, a name, or `latest`. Trackers show the two as one.",
} as const satisfies FlagSpec;

/** The same for oclif. */
export const RESUME_FLAG = { summary: RESUME.description, helpValue: RESUME.placeholder };

/** Throws a `UserError` when there is no such run, when it is still going on, and when its journal cannot be read. */
export async function runToResume(dir: string, ref: string): Promise<RunHeader> {
  // Only who resumes a run pays for looking for it.
  const [{ resolveRun }, { readOutline }, { unreadable }, { isOver }] = await Promise.all([
    import("../journal/store.ts"),
    import("../journal/outline.ts"),
    import("../journal/reader.ts"),
    import("../journal/run-status.ts"),
  ]);
  const run = await resolveRun(dir, ref);
  const { header, end } = await readOutline(run.journal).catch((error: unknown) => {
    throw unreadable(error, run.journal);
  });
  if (header === undefined) {
    throw new UserError(`the run ${run.id} cannot be resumed: its journal is damaged; start one without --resume`);
  }
  if (!(await isOver(run, { started: header.started, end }, Date.now))) {
    throw new UserError(`the run ${run.id} is still going on: wait for its end, or start one without --resume`);
  }
  return header;
}
