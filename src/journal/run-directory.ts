import { join, resolve } from "node:path";

/** Where the files of one run are. */
export interface RunDirectory {
  /** The folder itself, absolute. */
  readonly root: string;
  /** The records; see docs/journal-format.md. */
  readonly journal: string;
  /** The child's bytes, both streams in the order in which they came. */
  readonly outputLog: string;
  /** One line per piece of the output log: milliseconds since the epoch, stream (1 or 2), bytes. */
  readonly outputIndex: string;
  /** Room on the disk that is given up for the last records of the journal. */
  readonly journalReserve: string;
  /** Held by the process that writes the journal. */
  readonly journalLease: string;
  /** Held by the wrapper while it runs. */
  readonly wrapperLease: string;
  /** How far the upload to this backend has come. */
  uploadState(backend: string): string;
  /** Held by the process that uploads to this backend. */
  uploadLease(backend: string): string;
}

/** The paths of a run directory. Nothing is read or made. */
export function runDirectory(path: string): RunDirectory {
  const root = resolve(path);
  return {
    root,
    journal: join(root, "journal.jsonl"),
    outputLog: join(root, "output.log"),
    outputIndex: join(root, "output.index"),
    journalReserve: join(root, "journal.reserve"),
    journalLease: join(root, "journal.lease"),
    wrapperLease: join(root, "wrapper.lease"),
    uploadState: (backend) => join(root, `upload-${backend}.json`),
    uploadLease: (backend) => join(root, `upload-${backend}.lease`),
  };
}

/** The folder of a store that has one folder per run. */
export function runsFolder(dir: string): string {
  return join(resolve(dir), "runs");
}
