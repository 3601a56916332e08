import { setTimeout as wait } from "node:timers/promises";
import * as Flags from "@oclif/core/flags";
import { Command } from "@oclif/core/command";
import { UserError } from "../model/error.ts";
import type { Snapshot as Taken } from "../model/snapshot.ts";
import { thisHost } from "../probes/host.ts";
import { allMetrics, GPU_PATIENCE, SHORT_GPU_PATIENCE } from "../probes/index.ts";
import { selectionOf } from "../probes/selection.ts";
import { takeSnapshots } from "../probes/snapshot.ts";
import { clearScreen } from "../terminal/output.ts";
import { snapshotCsvHeader, snapshotToCsv } from "../terminal/snapshot-csv.ts";
import { snapshotToJson } from "../terminal/snapshot-json.ts";
import { snapshotToPrometheus } from "../terminal/snapshot-prometheus.ts";
import { renderSnapshot } from "../terminal/snapshot.ts";
import { currentFolder } from "./current-folder.ts";
import { settingFlags } from "./flags.ts";
import { print } from "./print.ts";
import { settingsHere } from "./settings-here.ts";

const SETTINGS_OF_A_SNAPSHOT = [
  "track_system",
  "track_gpu",
  "track_disk",
  "track_network",
  "include_per_cpu",
  "include_processes",
] as const;

const FORMATS = ["text", "json", "prometheus", "csv"] as const;
type Format = (typeof FORMATS)[number];

export default class Snapshot extends Command {
  static override description =
    "Percentages and rates are taken over one second. What this machine cannot tell is listed with the reason.";
  static override flags = {
    json: Flags.boolean({ summary: "Print a JSON object; with --watch, one line of JSON for each reading." }),
    format: Flags.string({ summary: "How the reading is printed.", helpValue: FORMATS.join("|") }),
    watch: Flags.boolean({ summary: "Print a reading every second until Ctrl-C." }),
    ...settingFlags(SETTINGS_OF_A_SNAPSHOT),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Snapshot);
    const format = readFormat(flags.format, flags.json, flags.watch);
    const settings = await settingsHere(flags);
    const options = { selection: selectionOf(settings), custom: settings.probe, wait };
    let isFirst = true;
    const patience = flags.watch ? GPU_PATIENCE : SHORT_GPU_PATIENCE;
    const host = thisHost(currentFolder(), { choice: "all", env: process.env, patience });
    for await (const snapshot of takeSnapshots(host, options)) {
      await print(textOf(snapshot, format, flags.watch, isFirst));
      if (!flags.watch) return;
      isFirst = false;
    }
  }
}

function textOf(snapshot: Taken, format: Format, watch: boolean, isFirst: boolean): string {
  if (format === "json") return snapshotToJson(snapshot, process, { oneLine: watch });
  if (format === "prometheus") return snapshotToPrometheus(snapshot, allMetrics());
  if (format === "csv") return `${isFirst ? `${snapshotCsvHeader()}\n` : ""}${snapshotToCsv(snapshot, allMetrics())}`;
  const text = renderSnapshot(snapshot, process.stdout, { env: process.env, now: Date.now() });
  if (!watch) return text;
  return process.stdout.isTTY ? `${clearScreen()}${text}` : `${text}\n`;
}

function readFormat(typed: string | undefined, json: boolean, watch: boolean): Format {
  const format = FORMATS.find((one) => one === (typed ?? (json ? "json" : "text")));
  if (format === undefined) {
    throw new UserError(`--format is '${typed}', which is none of ${FORMATS.join(", ")}; type --format csv`);
  }
  if (json && format !== "json") {
    throw new UserError(`--json and --format ${format} exclude each other; type one of them`);
  }
  if (watch && format === "prometheus") {
    throw new UserError(
      "--watch prints one reading after another, which --format prometheus has no form for; type --format csv",
    );
  }
  return format;
}
