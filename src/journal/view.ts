import { UserError } from "../model/error.ts";
import type { JournalRecord } from "../model/record.ts";
import type { RunEnd, RunHeader } from "../model/run.ts";
import type { Damage, Gap, RunView } from "../model/view.ts";
import { AlertFold } from "./fold-alerts.ts";
import { GpuFold } from "./fold-gpus.ts";
import { MetricFold, RecordedFold, SeriesFold } from "./fold.ts";
import { newParams } from "./printed-params.ts";
import type { RunDirectory } from "./run-directory.ts";
import { statusOf } from "./run-status.ts";
import { scanJournal } from "./scan.ts";
import { readUploads } from "./upload-states.ts";

export { totalsOf } from "./totals.ts";

/** Records between two words about progress. */
const RECORDS_PER_WORD = 10_000;

/** How many alerts, gaps, reasons and damaged places are kept of each kind: a view has to stay small. */
const MOST_KEPT = 1_000;

/**
 * Reads a run's journal once and says what it comes to. Memory grows with the number of metric keys, not of points.
 * @param clock milliseconds since the epoch, for whether the run is still going on
 * @param onProgress called now and then while a large journal is read
 * @param onRecord told of every record, for what else there is to be learnt in the same pass
 * @throws UserError when the run has no journal that can be read, or none whose first record can.
 */
export async function readRunView(
  run: RunDirectory,
  clock: () => number = Date.now,
  onProgress?: () => void,
  onRecord?: (record: JournalRecord) => void,
): Promise<RunView> {
  const damage: Damage[] = [];
  const fold = new ViewFold();
  const onDamage = (found: Damage): void => keep(damage, found);
  let count = 0;
  const onEach = (record: JournalRecord): void => {
    fold.add(record);
    onRecord?.(record);
    count += 1;
    if (count % RECORDS_PER_WORD === 0) onProgress?.();
  };
  await scanJournal(run.journal, onEach, onDamage);
  const { header, launch, end } = fold;
  if (header === undefined) {
    throw new UserError(
      `${run.journal} does not say which run it is of: its first record is missing or damaged; type tracelet export to get what it still has`,
    );
  }
  const signs = { started: header.started, launch, end };
  const [status, uploads] = await Promise.all([statusOf(run, signs, clock), readUploads(run)]);
  const child = status === "orphaned" && launch !== undefined ? { childPid: launch.pid } : {};
  return { ...fold.view(header), status, ...child, directory: run.root, damage, uploads };
}

class ViewFold {
  header: RunHeader | undefined;
  end: RunEnd | undefined;
  readonly #metrics = new MetricFold();
  readonly #series = new SeriesFold();
  readonly #gpus = new GpuFold();
  readonly #alerts = new AlertFold(MOST_KEPT);
  readonly #actions: RunView["actions"][number][] = [];
  readonly #closeups: RunView["closeups"][number][] = [];
  #death: RunView["death"];
  readonly #unavailable: RunView["unavailable"][number][] = [];
  readonly #gaps: Gap[] = [];
  #machine: RunView["machine"] = {};
  #params: RunView["params"] = {};
  #samples = 0;
  #interval: number | undefined;
  #nextSample = 0;
  readonly #recorded = new RecordedFold();
  launch: Extract<JournalRecord, { type: "launch" }> | undefined;
  #lastSeen = 0;

  add(record: JournalRecord): void {
    this.#lastSeen = Math.max(this.#lastSeen, timeOf(record));
    switch (record.type) {
      case "run":
        this.header ??= withoutType(record);
        break;
      case "machine":
        this.#machine = record.facts;
        break;
      case "sample":
        this.#series.add(record);
        this.#gpus.add(record);
        this.#samples += 1;
        this.#nextSample = Math.max(this.#nextSample, record.index + 1);
        break;
      case "metrics":
        this.#metrics.add(record);
        this.#recorded.add(record);
        break;
      case "params":
        this.#params = { ...record.params, ...this.#params };
        break;
      case "alert":
        this.#alerts.add(record);
        break;
      case "action":
        keepNewest(this.#actions, withoutType(record));
        break;
      case "closeup":
        keep(this.#closeups, { ...withoutType(record), samples: record.samples.length });
        break;
      case "death":
        this.#death = withoutType(record);
        break;
      case "unavailable":
        keep(this.#unavailable, withoutType(record));
        break;
      case "gap":
        keep(this.#gaps, withoutType(record));
        if (record.what === "samples") this.#gpus.gap();
        break;
      case "end":
        this.end = withoutType(record);
        break;
      case "launch":
        this.launch ??= record;
        break;
      case "interval":
        this.#interval = record.interval;
        break;
      case "watcher":
        break;
    }
  }

  view(header: RunHeader): Omit<RunView, "status" | "childPid" | "directory" | "damage" | "uploads"> {
    const { maxCpu } = this.#alerts;
    const ended = this.end?.ended ?? this.#lastSeen;
    const interval = header.interval === "auto" ? this.#interval : header.interval;
    const gpu = this.#gpus.totals(Math.max(0, ended - (this.launch?.timestamp ?? header.started)));
    return {
      header,
      ...(this.end === undefined ? {} : { end: this.end }),
      lastSeen: this.#lastSeen,
      params: { ...header.params, ...newParams(this.#params, header.params) },
      tags: header.tags,
      machine: this.#machine,
      metrics: this.#metrics.summaries,
      system: this.#series.summaries,
      ...(gpu === undefined ? {} : { gpu }),
      samples: this.#samples,
      ...(interval === undefined ? {} : { interval }),
      nextSample: this.#nextSample,
      recorded: this.#recorded.streams,
      ...(this.launch === undefined ? {} : { launched: this.launch.timestamp }),
      alerts: this.#alerts.episodes,
      alertCount: this.#alerts.count,
      ...(maxCpu === undefined ? {} : { maxCpuAlert: maxCpu }),
      openAlerts: this.#alerts.open,
      actions: this.#actions,
      closeups: this.#closeups,
      ...(this.#death === undefined ? {} : { death: this.#death }),
      unavailable: this.#unavailable,
      gaps: this.#gaps,
    };
  }
}

function timeOf(record: JournalRecord): number {
  if (record.type === "run") return record.started;
  return record.type === "end" ? record.ended : record.timestamp;
}

function withoutType<T extends { readonly type: string }>({ type: _type, ...rest }: T): Omit<T, "type"> {
  return rest;
}

/** What a watcher that takes over must not do again. */
function keepNewest<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > MOST_KEPT) list.shift();
}

function keep<T>(list: T[], entry: T): void {
  if (list.length < MOST_KEPT) list.push(entry);
}
