import { open } from "node:fs/promises";
import { findSegments } from "../journal/output-segments.ts";
import { OutputReader } from "../journal/output-reader.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { PROBES } from "../probes/index.ts";
import { plainLine } from "../report/ansi.ts";
import { Collector } from "../report/collector.ts";
import type { OutputTail, PageAssets } from "../report/input.ts";
import { type Landmark, LandmarkFinder } from "../report/landmarks.ts";
import { renderPage } from "../report/page.ts";
import { alertSentence } from "../terminal/alert-line.ts";
import { specOfSeries } from "../terminal/spec-of-series.ts";
import { describeStatus } from "../terminal/status.ts";
import { uploadLines } from "../terminal/uploads.ts";
import { readJudgedRun } from "./judged-run.ts";
import { readArtifactList } from "./artifact-list.ts";

/** What is shown of the end of the output. */
const TAIL_BYTES = 128 * 1024;
/** How much of the output is looked at for landmarks: its beginning. */
const MOST_LANDMARK_BYTES = 64 * 1024 * 1024;
/** A line that is longer is looked at in pieces. */
const LONGEST_LINE = 64 * 1024;

export interface ReportOptions {
  readonly assets: PageAssets;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** The IANA name of the time zone that times are told in. */
  readonly zone: string;
  /** Version of tracelet. */
  readonly version: string;
}

/**
 * The report of a run: one page of HTML. The journal is read once, the output once.
 * @throws UserError when the run has no journal that can be read
 */
export async function reportOfRun(run: RunDirectory, { assets, clock, zone, version }: ReportOptions): Promise<string> {
  const collector = new Collector();
  const view = await readJudgedRun(run, clock, undefined, (record) => collector.add(record));
  const [landmarks, output, files] = await Promise.all([findLandmarks(run), outputTail(run), readArtifactList(run)]);
  const specs = PROBES.flatMap(({ probe }) => probe.metrics);
  const input = {
    view,
    status: describeStatus(view.status, view.end),
    collected: collector.collected,
    findings: view.findings ?? [],
    alerts: view.alerts.map((episode) => ({ episode, sentence: alertSentence(episode) })),
    landmarks,
    output,
    artifacts: files?.files ?? [],
    // One that is under way, perhaps with this very page, is no news.
    uploads: uploadLines(view).filter(({ isComplete, reason }) => isComplete || reason !== undefined),
    specOf: (key: string) => specOfSeries(key, specs),
    now: clock(),
    zone,
    version,
  };
  return renderPage(input, assets);
}

async function findLandmarks(run: RunDirectory): Promise<readonly Landmark[]> {
  const finder = new LandmarkFinder();
  const reader = new OutputReader(run);
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let bytes = 0; bytes < MOST_LANDMARK_BYTES;) {
      const step = await reader.next();
      if (step === undefined) break;
      if (step.kind !== "bytes") continue;
      bytes += step.bytes.length;
      const lines = (rest + decoder.decode(step.bytes, { stream: true })).split("\n");
      rest = (lines.pop() ?? "").slice(-LONGEST_LINE);
      for (const line of lines) finder.add(plainLine(line), step.timestamp);
    }
  } finally {
    await reader.close();
  }
  return finder.landmarks;
}

/** The end of the newest segment; what is before it in others is not looked for. */
async function outputTail(run: RunDirectory): Promise<OutputTail> {
  const last = (await findSegments(run)).at(-1);
  if (last === undefined) return { text: "", before: 0 };
  const length = last.end - last.start;
  const from = Math.max(0, length - TAIL_BYTES);
  const file = await open(run.outputSegment(last.start).log);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length - from), 0, length - from, from);
    // A character, or a line, that is cut in two says nothing.
    const first = from === 0 ? 0 : buffer.indexOf(10) + 1;
    return { text: buffer.toString("utf8", first, bytesRead), before: last.start + from + first };
  } finally {
    await file.close();
  }
}
