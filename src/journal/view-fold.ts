import { CoveredTime } from "../model/covered-time.ts";
import type { JournalRecord } from "../model/record.ts";
import type { RunEnd, RunHeader } from "../model/run.ts";
import type { Damage, Gap, RunView } from "../model/view.ts";
import { AlertFold } from "./fold-alerts.ts";
import { GpuFold } from "./fold-gpus.ts";
import { MetricFold, RecordedFold, SeriesFold } from "./fold.ts";
import { newParams } from "./printed-params.ts";

/** How many alerts, gaps, reasons and damaged places are kept of each kind: a view has to stay small. */
const MOST_KEPT = 1_000;

/** What a journal says by itself of its run: fed with its records in order. Memory grows with the number of metric keys. */
export class ViewFold {
  header: RunHeader | undefined;
  end: RunEnd | undefined;
  readonly #metrics = new MetricFold();
  readonly #series = new SeriesFold();
  readonly #covered = new CoveredTime();
  readonly #gpus = new GpuFold();
  readonly #alerts = new AlertFold(MOST_KEPT);
  readonly #actions: RunView["actions"][number][] = [];
  readonly #closeups: RunView["closeups"][number][] = [];
  #death: RunView["death"];
  readonly #unavailable: RunView["unavailable"][number][] = [];
  readonly #gaps: Gap[] = [];
  readonly #damage: Damage[] = [];
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
    if (record.type !== "sample") this.#covered.see(record);
    switch (record.type) {
      case "run":
        this.header ??= withoutType(record);
        break;
      case "machine":
        this.#machine = record.facts;
        break;
      case "sample":
        this.#series.add(record, this.#covered.of(record));
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

  /** A place that could not be read. */
  addDamage(found: Damage): void {
    keep(this.#damage, found);
  }

  view(header: RunHeader): Omit<RunView, "status" | "childPid" | "directory" | "uploads"> {
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
      damage: this.#damage,
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
