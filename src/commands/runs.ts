import * as Flags from "@oclif/core/flags";
import { Command } from "@oclif/core/command";
import { listRuns } from "../journal/store.ts";
import { runsToJson } from "../terminal/run-json.ts";
import { renderRuns } from "../terminal/runs-table.ts";
import { print } from "./print.ts";
import { settingFlags } from "./flags.ts";
import { settingsHere } from "./settings-here.ts";

export default class Runs extends Command {
  static override description = "Times are local; with --json they are ISO 8601.";
  static override flags = { json: Flags.boolean({ summary: "Print a JSON list." }), ...settingFlags(["dir"]) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Runs);
    const rows = await listRuns((await settingsHere(flags)).dir);
    await print(
      flags.json ? runsToJson(rows) : renderRuns(rows, process.stdout, { env: process.env, now: Date.now() }),
    );
  }
}
