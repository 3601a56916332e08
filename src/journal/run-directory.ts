import { join, resolve } from "node:path";

/** Where the files of one run are. */
export interface RunDirectory {
  /** The folder itself, absolute. */
  readonly root: string;
  /** The records; see docs/journal-format.md. */
  readonly journal: string;
  /** The child's bytes, both streams in the order in which they came; the first segment of them where there are several. */
  readonly outputLog: string;
  /** One line per piece of the output log: milliseconds since the epoch, stream (1 or 2), bytes. */
  readonly outputIndex: string;
  /** The same of the segment that begins at this byte of the output. */
  outputSegment(start: number): SegmentFiles;
  /** Says, in the place of the segments that were removed, which bytes those were; `from` is the first of them. */
  outputDropped(from: number): string;
  /** How far the output was looked at for metrics, and what is remembered there. */
  readonly outputCursor: string;
  /** What the command appends metrics to; `TRACELET_METRICS` has its path. */
  readonly metrics: string;
  /** Room on the disk that is given up for the last records of the journal. */
  readonly journalReserve: string;
  /** Held by the process that writes the journal. */
  readonly journalLease: string;
  /** Held by the wrapper while it runs. */
  readonly wrapperLease: string;
  /** The files of `--artifact`, as they were at the run's end. */
  readonly artifactList: string;
  /** What the run used over time, as a PNG; made when the run is first uploaded. */
  readonly picture: string;
  /** The run as a page, which `tracelet report` writes; made when the run is first uploaded, too. */
  readonly report: string;
  /** How far the upload to this backend has come. */
  uploadState(backend: string): string;
  /** Held by the process that uploads to this backend. */
  uploadLease(backend: string): string;
}

/** The two files of one segment of the output log. */
export interface SegmentFiles {
  readonly log: string;
  readonly index: string;
}

/** Fifteen digits: the names sort as the bytes do, up to a petabyte. */
const OFFSET_DIGITS = 15;

/** The paths of a run directory. Nothing is read or made. */
export function runDirectory(path: string): RunDirectory {
  const root = resolve(path);
  const outputLog = join(root, "output.log");
  const outputIndex = join(root, "output.index");
  const at = (offset: number) => join(root, `output-${String(offset).padStart(OFFSET_DIGITS, "0")}`);
  return {
    root,
    journal: join(root, "journal.jsonl"),
    outputLog,
    outputIndex,
    outputSegment: (start) =>
      start === 0 ? { log: outputLog, index: outputIndex } : { log: `${at(start)}.log`, index: `${at(start)}.index` },
    outputDropped: (from) => `${at(from)}-dropped.txt`,
    outputCursor: join(root, "output.cursor"),
    metrics: join(root, "metrics.jsonl"),
    journalReserve: join(root, "journal.reserve"),
    journalLease: join(root, "journal.lease"),
    wrapperLease: join(root, "wrapper.lease"),
    artifactList: join(root, "artifacts.json"),
    picture: join(root, "analysis", "resource_usage.png"),
    report: join(root, "report.html"),
    uploadState: (backend) => join(root, `upload-${backend}.json`),
    uploadLease: (backend) => join(root, `upload-${backend}.lease`),
  };
}

/** The folder of a store that has one folder per run. */
export function runsFolder(dir: string): string {
  return join(resolve(dir), "runs");
}
