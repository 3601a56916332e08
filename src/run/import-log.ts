import { createExtractor, type MetricLine } from "../extract/index.ts";
import { selectionOf } from "../extract/rules/selection.ts";
import { createRun, RunIdTakenError } from "../journal/create-run.ts";
import { acquireLease } from "../journal/lease.ts";
import { OutputLog } from "../journal/output-log.ts";
import { thisProcess } from "../journal/process-identity.ts";
import type { RunDirectory } from "../journal/run-directory.ts";
import { newParams } from "../journal/printed-params.ts";
import { newRunId, newRunName } from "../journal/run-id.ts";
import { openJournal } from "../journal/writer.ts";
import { toJournalNumber } from "../model/record.ts";
import type { RunHeader } from "../model/run.ts";
import type { Settings } from "../model/settings.ts";
import { describeRun } from "./describe-run.ts";
import { withoutTokensIn } from "./secrets.ts";

export interface ImportOptions {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What was typed, for the record. */
  readonly command: readonly string[];
  /** When the log was written last, in milliseconds since the epoch: the time of the run and of every point. */
  readonly written: number;
  readonly settings: Settings;
  readonly cwd: string;
  /** tracelet's version. */
  readonly version: string;
}

export interface ImportedRun {
  readonly id: string;
  readonly name: string;
  readonly points: number;
}

/** Many logs may be imported with one time. */
const MOST_ID_TRIES = 20;

/** Makes a run of a log: its bytes, the metrics in it, and an end. How its command ended is not known. */
export async function importLog(options: ImportOptions): Promise<ImportedRun> {
  const { written } = options;
  const chunks = options.chunks[Symbol.asyncIterator]();
  // A log that cannot be read leaves no run behind.
  let read = await chunks.next();
  const { header, directory } = beginImport(options);
  const lease = await acquireLease(directory.journalLease, thisProcess(), Date.now);
  const journal = await openJournal(directory.journal);
  const output = OutputLog.create(directory, { limit: options.settings.logLimit, onGrowth: () => {} });
  const extractor = createExtractor({ ...(await selectionOf(options.settings)), isOn: true });
  let points = 0;
  let offset = 0;
  const record = (lines: readonly MetricLine[]): void => {
    const params = newParams(extractor.params() ?? {}, header.params);
    if (Object.keys(params).length > 0) journal.append({ type: "params", timestamp: written, params });
    for (const { timestamp, step, stream, offset: end, metrics: found } of lines) {
      const entries = Object.entries(found).map(([key, value]) => [key, toJournalNumber(value)] as const);
      journal.append({ type: "metrics", timestamp, step, metrics: Object.fromEntries(entries), stream, offset: end });
      points += entries.length;
    }
  };
  for (; read.done !== true; read = await chunks.next()) {
    const chunk = read.value;
    output.append("stdout", written, chunk);
    record(extractor.push("stdout", chunk, written, offset));
    offset += chunk.length;
    await Promise.all([output.flush(), journal.flush()]);
  }
  record(extractor.end());
  await output.close();
  for (const gap of output.gaps) journal.append({ type: "gap", timestamp: written, what: "output", ...gap });
  journal.append({ type: "end", status: "finished", ended: written });
  await journal.close();
  if (lease.held) await lease.release();
  return { id: header.id, name: header.name, points };
}

function beginImport({ settings, command, cwd, version, written }: ImportOptions): {
  readonly header: RunHeader;
  readonly directory: RunDirectory;
} {
  for (let tries = 1; ; tries += 1) {
    const id = newRunId(new Date(written), Math.random);
    const name = settings.name ?? newRunName(Math.random);
    // The checkout of today says nothing of the code that wrote the log.
    const {
      git: _,
      artifacts: _none,
      ...facts
    } = describeRun({ id, name, command, cwd, started: written, version, settings });
    const header: RunHeader = { ...facts, params: withoutTokensIn(settings.param) };
    try {
      return { header, directory: createRun(settings.dir, header) };
    } catch (error) {
      if (!(error instanceof RunIdTakenError) || tries === MOST_ID_TRIES) throw error;
    }
  }
}
