import { rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { type Backend, BackendError, type RemoteRun } from "../model/backend.ts";
import type { RunHeader } from "../model/run.ts";
import { FileTurns } from "./file-turns.ts";
import { fillFolder, TENSORBOARD_DIR } from "./folder-template.ts";
import { fileVersion, textEvent } from "./tensorboard-events.ts";
import { claimFolder, eventFilePath, eventFilesOf } from "./tensorboard-folder.ts";
import { RecordBuffer } from "./tensorboard-records.ts";
import { TensorboardRun } from "./tensorboard-run.ts";
import { TEXTS } from "./tensorboard-tags.ts";
import { commandText } from "./tensorboard-texts.ts";

const LIMITS = { metrics: 10_000, params: 10_000, tags: 10_000 } as const;

export interface TensorboardOptions {
  /** The folder of a run whose header names none, absolute; see `fillFolder`. */
  readonly tensorboardDir?: string;
}

/** Event files as TensorBoard reads them. docs/backends/tensorboard.md says what lands where. */
export function createTensorboard(_environment: NodeJS.ProcessEnv, { tensorboardDir }: TensorboardOptions): Backend {
  const runs = new Map<string, TensorboardRun>();
  const turns = new FileTurns("see to the folder of --tensorboard-dir, its disk and its permissions");

  /** Read through once in a session: `undefined` for a file that is damaged or gone. */
  async function runIn({ file, started }: Detail): Promise<TensorboardRun | undefined> {
    const run = runs.get(file) ?? (await TensorboardRun.open(file, Number(started)).catch(orGone));
    if (run !== undefined) runs.set(file, run);
    return run;
  }

  async function known(remote: RemoteRun): Promise<TensorboardRun> {
    const detail = detailOf(remote);
    const run = await runIn(detail);
    if (run !== undefined) return run;
    throw new BackendError(`the event file ${detail.file} is gone or damaged`, { retryable: false });
  }

  /** The run as its file has it; one whose file has lost something gets a new file, and is sent again. */
  async function openRun(header: RunHeader, remote: RemoteRun | undefined): Promise<RemoteRun> {
    if (remote === undefined) return begin(header, await folderOf(header));
    const detail = detailOf(remote);
    const run = (await isThere(detail.file)) ? await runIn(detail) : undefined;
    if (run !== undefined && run.length >= Number(detail.bytes)) return remoteRun(header, detail, run);
    runs.delete(detail.file);
    return begin(header, await folderOf(header, detail.folder), Number(detail.generation) + 1);
  }

  async function folderOf(header: RunHeader, folder?: string): Promise<string> {
    const template = header.folders?.["tensorboard"] ?? tensorboardDir ?? resolve(header.cwd, TENSORBOARD_DIR);
    return claimFolder(folder ?? fillFolder(template, header), firstOf(header));
  }

  async function begin(header: RunHeader, folder: string, least = 1): Promise<RemoteRun> {
    const there = await eventFilesOf(folder, header.id);
    const newest = Math.max(0, ...there.keys());
    const start = firstRecords(header);
    const started = String(header.started);
    if (newest >= least) {
      const detail = { folder, file: there.get(newest) ?? "", generation: String(newest), started, bytes: "0" };
      const run = await runIn(detail);
      // Nothing is in it yet. Of another nobody knows any more how much is in it.
      if (run?.length === start.length) return remoteRun(header, detail, run);
    }
    const generation = Math.max(newest + 1, least);
    const file = eventFilePath(folder, header, generation);
    await writeFile(file, start, { flag: "wx" });
    // What they have is in the journal, and is written again.
    for (const path of there.values()) await rm(path, { force: true });
    const detail = { folder, file, generation: String(generation), started, bytes: "0" };
    return remoteRun(header, detail, await runIn(detail));
  }

  return {
    id: "tensorboard",
    isLocal: true,
    limits: LIMITS,
    openRun: (header, remote, signal) => turns.take(signal, () => openRun(header, remote)),
    write: (remote, batch, signal) =>
      turns.take(signal, async () => {
        const run = await known(remote);
        const rejected = await run.write(batch);
        return { rejected, remote: { ...remote, detail: { ...remote.detail, bytes: String(run.length) } } };
      }),
    uploadArtifact: (remote, file, signal) =>
      turns.take(signal, async () => {
        // Files stay where they are: TensorBoard has no place for them.
        if (/^output(-\d+)?\.log$/.test(basename(file.name))) await (await known(remote)).output(file.name, file.path);
      }),
    endRun: (remote, end, totals, signal) => turns.take(signal, async () => (await known(remote)).end(end, totals)),
    close: () => runs.clear(),
  };
}

/** What is kept with the cursor. */
interface Detail {
  readonly folder: string;
  readonly file: string;
  /** How often the file was begun; a number, as all of these are texts. */
  readonly generation: string;
  /** When the run began, in milliseconds since the epoch. */
  readonly started: string;
  /** What the file has at least. */
  readonly bytes: string;
}

function detailOf({ detail }: RemoteRun): Detail {
  const { folder = "", file = "", generation = "1", started = "0", bytes = "0" } = detail;
  return { folder, file, generation, started, bytes };
}

function remoteRun(header: RunHeader, detail: Detail, run: TensorboardRun | undefined): RemoteRun {
  const { folder, generation } = detail;
  return {
    remoteId: generation === "1" ? firstOf(header) : `${firstOf(header)}#${generation}`,
    url: folder,
    command: ["tensorboard", "--logdir", dirname(folder)],
    detail: { ...detail, bytes: String(run?.length ?? 0) },
  };
}

/** What a file begins with: without its first record no reader takes it for one of theirs. */
function firstRecords(header: RunHeader): Uint8Array {
  const records = new RecordBuffer();
  records.add(fileVersion(header.started));
  records.add(textEvent(`${TEXTS}command`, { timestamp: header.started, step: 0 }, commandText(header)));
  return records.bytes();
}

function firstOf({ id, resumes }: RunHeader): string {
  return resumes?.first ?? id;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => orGone(error) !== undefined,
  );
}

function orGone(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}
