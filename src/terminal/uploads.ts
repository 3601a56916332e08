import type { RunView, UploadSummary } from "../model/view.ts";
import { formatCount } from "../model/format.ts";
import { printable, shellCommand } from "./printable.ts";

/** How the upload to one backend stands. */
export interface UploadLine {
  readonly backend: string;
  readonly isComplete: boolean;
  /** Where a person can look at it, or how much is there. */
  readonly place?: string;
  /** What to type to look at it. */
  readonly command?: string;
  /** Why it is not complete, where that is known. */
  readonly reason?: string;
}

/** One entry per backend that the run is meant for or that was tried, in that order. */
export function uploadLines(view: RunView): UploadLine[] {
  const tried = new Map(view.uploads.map((upload) => [upload.backend, upload]));
  const backends = new Set([...view.header.backends, ...tried.keys()]);
  return [...backends].map((backend) => uploadLine(backend, tried.get(backend)));
}

function uploadLine(backend: string, upload: UploadSummary | undefined): UploadLine {
  if (upload === undefined) return { backend, isComplete: false };
  const { state, url, command, uploaded, rejected, error } = upload;
  const there = url ?? (uploaded === undefined ? undefined : formatCount(uploaded, "point"));
  const refused = rejected === undefined ? "" : `${formatCount(rejected, "entry", "entries")} refused, `;
  const place = there === undefined ? undefined : `${refused}${there}`;
  return {
    backend,
    isComplete: state === "done" && error === undefined,
    ...(place === undefined ? {} : { place: printable(place) }),
    ...(command === undefined ? {} : { command: shellCommand(command) }),
    ...(error === undefined ? {} : { reason: printable(error) }),
  };
}
