import { listRuns } from "../journal/store.ts";
import { readJournal } from "../journal/reader.ts";
import { runDirectory, runsFolder } from "../journal/run-directory.ts";
import { TimeMean } from "../model/covered-time.ts";
import { UserError } from "../model/error.ts";
import { join } from "node:path";

/** What the journal of a watched run says of what we ask. */
export interface RunRecord {
  readonly watcherPid?: number;
  /** Milliseconds since the epoch. */
  readonly launched?: number;
  readonly ended?: number;
  readonly samples: readonly OwnSample[];
}

/** What one sample says of tracelet itself. */
export interface OwnSample {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly cpuPercent?: number;
  readonly memoryRss?: number;
}

/** The only run of a store; undefined while there is none, or nothing in its journal. */
export async function readRecord(store: string): Promise<RunRecord | undefined> {
  const [run] = await listRuns(store);
  if (run === undefined) return undefined;
  const found: { -readonly [Key in keyof RunRecord]: RunRecord[Key] } & { samples: OwnSample[] } = { samples: [] };
  try {
    for await (const { record } of readJournal(runDirectory(join(runsFolder(store), run.id)).journal)) {
      if (record.type === "watcher") found.watcherPid = record.pid;
      if (record.type === "launch") found.launched = record.timestamp;
      if (record.type === "end") found.ended = record.ended;
      if (record.type === "sample") found.samples.push(ownSample(record.timestamp, record.metrics));
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined; // the journal is not there yet
  }
  return found;
}

/** The share of a core that tracelet took over the whole run, which its samples tell piece by piece. */
export function meanCpuPercent({ launched, samples }: RunRecord): number | undefined {
  const used = new TimeMean();
  let before = launched ?? samples[0]?.timestamp ?? 0;
  for (const { timestamp, cpuPercent } of samples) {
    if (cpuPercent !== undefined) used.add(cpuPercent, timestamp - before);
    before = timestamp;
  }
  return used.covered > 0 ? used.mean : undefined;
}

/** Bytes: the most that a sample saw. */
export function mostMemory({ samples }: RunRecord): number | undefined {
  const all = samples.flatMap(({ memoryRss }) => (memoryRss === undefined ? [] : [memoryRss]));
  return all.length === 0 ? undefined : Math.max(...all);
}

function ownSample(timestamp: number, metrics: Readonly<Record<string, number>>): OwnSample {
  const { tracelet_cpu_percent: cpuPercent, tracelet_memory_rss: memoryRss } = metrics;
  return {
    timestamp,
    ...(cpuPercent === undefined ? {} : { cpuPercent }),
    ...(memoryRss === undefined ? {} : { memoryRss }),
  };
}
