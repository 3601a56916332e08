import { setTimeout as wait } from "node:timers/promises";
import { Command, Flags } from "@oclif/core";
import { takeSnapshot } from "../probes/snapshot.ts";
import { thisHost } from "../probes/host.ts";
import { snapshotToJson } from "../terminal/snapshot-json.ts";
import { renderSnapshot } from "../terminal/snapshot.ts";
import { selectionOf } from "../probes/selection.ts";
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

export default class Snapshot extends Command {
  static override description = "Percentages and rates are taken over one second.";
  static override flags = {
    json: Flags.boolean({ summary: "Print a JSON object." }),
    ...settingFlags(SETTINGS_OF_A_SNAPSHOT),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Snapshot);
    const settings = await settingsHere(flags);
    const snapshot = await takeSnapshot(thisHost(currentFolder()), { selection: selectionOf(settings), wait });
    await print(
      flags.json
        ? snapshotToJson(snapshot, process)
        : renderSnapshot(snapshot, process.stdout, { env: process.env, now: Date.now() }),
    );
  }
}
