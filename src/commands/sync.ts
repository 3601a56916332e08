import * as Args from "@oclif/core/args";
import { Command } from "@oclif/core/command";
import * as Flags from "@oclif/core/flags";
import { createBackend } from "../backends/index.ts";
import { listRuns, type ResolvedRun, resolveRun, runOf } from "../journal/store.ts";
import type { SyncProgress } from "../model/view.ts";
import type { Outcome } from "../run/exit-status.ts";
import { renderSyncProgress, renderSyncRow, renderSyncTable } from "../terminal/sync.ts";
import { syncRuns } from "../upload/sync.ts";
import { keepHeapSmall } from "../watch/quiet-v8.ts";
import { settingFlags } from "./flags.ts";
import { tryToPrint } from "./print.ts";
import { openProgress } from "./progress-line.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";
import { settingsHere } from "./settings-here.ts";

/** Some of it is still missing. */
const EXIT_INCOMPLETE = 1;

export default class Sync extends Command {
  static override description =
    "Goes on where each upload left off; what is there already is not sent again. Without RUN all runs of the store.\n" +
    "Exit status 1 when something is still missing.";
  static override args = { run: Args.string({ description: RUN_ARGUMENT }) };
  static override usage = "sync [RUN...] [FLAGS]";
  static override strict = false;
  static override flags = {
    ...settingFlags(["backend", "upload_timeout", "tensorboard_dir", "dir"]),
    "dry-run": Flags.boolean({ summary: "Only tell what is missing, by what is known here: no server is asked." }),
  };

  async run(): Promise<Outcome> {
    keepHeapSmall();
    const { argv, flags } = await this.parse(Sync);
    const settings = await settingsHere(flags);
    const cancelled = new AbortController();
    process.once("SIGINT", () => cancelled.abort());
    const progress = openProgress(process.stderr, (now: SyncProgress) =>
      renderSyncProgress(now, process.stderr, { env: process.env }),
    );
    let refusal: Error | undefined;
    // Neither a reader that has gone nor a full disk keeps anything from being uploaded.
    const tell = (text: string): Promise<unknown> =>
      tryToPrint(text).catch((error: Error) => {
        refusal ??= error;
      });
    const rows = await syncRuns({
      runs: await chosenRuns(settings.dir, argv.map(String)),
      backends: flags["backend"] === undefined ? [] : settings.backend,
      createBackend: (id) => createBackend(id, process.env, settings),
      timeout: settings.uploadTimeout,
      cancelled: cancelled.signal,
      now: () => performance.now(),
      dryRun: flags["dry-run"],
      onProgress: (now) => progress.show(now),
      onRow: (row) => {
        progress.clear();
        void tell(renderSyncRow(row));
      },
    });
    progress.clear();
    if (rows.length > 1) await tell(`\n${renderSyncTable(rows, process.stdout, { env: process.env })}`);
    if (rows.length === 0)
      await tell("nothing to upload: no run here was started with --backend; say --backend mlflow");
    if (refusal !== undefined) throw refusal;
    const isIncomplete = rows.some(({ state }) => state === "failed" || state === "missing");
    return { code: isIncomplete ? EXIT_INCOMPLETE : 0 };
  }
}

async function chosenRuns(dir: string, refs: readonly string[]): Promise<readonly ResolvedRun[]> {
  if (refs.length > 0) return Promise.all(refs.map((ref) => resolveRun(dir, ref)));
  const rows = await listRuns(dir);
  return rows.map(({ id }) => runOf(dir, id));
}
