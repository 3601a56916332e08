import { writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { type Backend, BackendError, type RemoteRun, type WriteResult } from "../model/backend.ts";
import { createNull } from "./null.ts";
import { planBatch, totalItems, type WandbMemory } from "./wandb-batches.ts";
import { appendToLog, createLog, type LogPosition, reaches } from "./wandb-file.ts";
import { keepFile, listFiles } from "./wandb-files.ts";
import { folderAt, makeFolder, type WandbFolder, wandbFolder } from "./wandb-folder.ts";
import {
  environmentRecord,
  exitRecord,
  filesRecord,
  headerRecord,
  outputRecord,
  runRecord,
  summaryRecord,
  type WandbRecord,
} from "./wandb-records.ts";
import { environmentOf, exitCodeOf, goesOn, wandbRun, wandbRunId } from "./wandb-run.ts";
import { SeriesNames } from "./wandb-history.ts";
import { readWandbSettings } from "./wandb-settings.ts";
import { isSystemError, whatFailed } from "./wandb-errors.ts";

/** Beside a new file the official client says that `wandb sync` is to add nothing to its steps and times. */
const SYNC_STATE = '{"starting_step":0,"starting_runtime":0}';

const LIMITS = { metrics: 10_000, params: 1000, tags: 1000 } as const;

/**
 * A folder as W&B's own client makes it offline, which `wandb sync` uploads. docs/backends/wandb.md says what lands where.
 * What a file has that was never acknowledged is replaced by the next write; see `RemoteRun.position`.
 *
 * Throws a `UserError` for a variable that W&B would refuse.
 */
export function createWandb(environment: Readonly<Record<string, string | undefined>>): Backend {
  const settings = readWandbSettings(environment);
  if (settings.isDisabled) {
    return { ...createNull(), id: "wandb", isLocal: true, target: "nowhere (WANDB_MODE=disabled)" };
  }
  const names = new SeriesNames();
  /** The series of runs that this session began, by how far their files were then. */
  const series = new Map<string, { readonly position: number; readonly names: ReadonlySet<string> }>();

  function memoryOf(run: RemoteRun): WandbMemory {
    const { detail, position, remoteId } = run;
    const known = series.get(pathOf(run).log);
    return {
      step: Number(detail["step"] ?? 0),
      started: Number(detail["started"]),
      counters: JSON.parse(detail["counters"] ?? "{}"),
      writer: remoteId,
      series: known?.position === position ? known?.names : undefined,
    };
  }

  async function append(run: RemoteRun, records: Iterable<WandbRecord>, memory: WandbMemory): Promise<RemoteRun> {
    const { log } = pathOf(run);
    const end = await appendToLog(log, placeOf(run), records);
    if (memory.series !== undefined) series.set(log, { position: end.position, names: memory.series });
    return runAt(run, end, memory);
  }

  return {
    id: "wandb",
    limits: LIMITS,
    isLocal: true,
    async openRun(header, known, signal) {
      giveUpIf(signal);
      const id = wandbRunId(header);
      if (known?.remoteId === id && (await reaches(pathOf(known).log, known.position ?? 0))) return known;
      const folder = await wandbFolder(settings.dir, header, id);
      return attempt(folder, async () => {
        await makeFolder(folder);
        await writeFile(`${folder.log}.syncstate`, SYNC_STATE);
        const end = await createLog(folder.log, [
          headerRecord(`tracelet ${header.tracelet}`),
          runRecord(wandbRun(header, settings)),
          environmentRecord({ ...environmentOf(header, settings), writer: id }),
        ]);
        series.set(folder.log, { position: end.position, names: new Set() });
        const memory = { step: 0, started: header.started, counters: {}, writer: id, series: undefined };
        const run: RemoteRun = {
          remoteId: id,
          url: folder.root,
          command: ["wandb", "sync", folder.root],
          ...(goesOn(header) ? { shared: true } : {}),
          detail: { folder: folder.root },
        };
        return runAt(run, end, memory);
      });
    },
    async write(run, batch, signal): Promise<WriteResult> {
      giveUpIf(signal);
      const planned = planBatch(batch, memoryOf(run), names);
      if (planned === undefined) return { rejected: [] };
      const { records, memory } = planned;
      return { rejected: [], remote: await attempt(pathOf(run), () => append(run, records, memory)) };
    },
    async writeOutput(run, output, signal): Promise<WriteResult> {
      giveUpIf(signal);
      const remote = await attempt(pathOf(run), () => append(run, output.map(outputRecord), memoryOf(run)));
      return { rejected: [], remote };
    },
    async uploadArtifact(run, file, signal, onProgress) {
      giveUpIf(signal);
      await attempt(pathOf(run), () => keepFile(pathOf(run).files, file, signal, onProgress));
    },
    async endRun(run, end, totals, signal) {
      giveUpIf(signal);
      const runtime = (end.ended - memoryOf(run).started) / 1000;
      await attempt(pathOf(run), async () => {
        const files = await listFiles(pathOf(run).files);
        // Behind the position: what comes later, or the same once more, takes its place.
        await appendToLog(pathOf(run).log, placeOf(run), [
          summaryRecord(totalItems(totals, runtime)),
          ...(files.length > 0 ? [filesRecord(files)] : []),
          exitRecord(exitCodeOf(end, constants.signals), runtime),
        ]);
      });
    },
    close() {},
  };
}

function pathOf({ remoteId, detail }: RemoteRun): WandbFolder {
  return folderAt(detail["folder"] ?? "", remoteId);
}

function placeOf({ position = 0, detail }: RemoteRun): LogPosition {
  return { position, records: Number(detail["records"] ?? 0) };
}

function runAt(run: RemoteRun, { position, records }: LogPosition, memory: WandbMemory): RemoteRun {
  const { step, started, counters } = memory;
  const numbers = { records: String(records), step: String(step), started: String(started) };
  return { ...run, position, detail: { ...run.detail, ...numbers, counters: JSON.stringify(counters) } };
}

async function attempt<Result>(folder: WandbFolder, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (isSystemError(error)) throw whatFailed(folder.root, error);
    throw error;
  }
}

function giveUpIf(signal: AbortSignal): void {
  if (signal.aborted) throw new BackendError("the request was given up", { retryable: true, cause: signal.reason });
}
