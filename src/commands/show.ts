import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { Command } from "@oclif/core/command";
import { resolveRun } from "../journal/store.ts";
import { renderRunDetails } from "../terminal/run-details.ts";
import { viewToJson } from "../terminal/run-json.ts";
import { readJudgedRun } from "../upload/judged-run.ts";
import { print } from "./print.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";
import { settingFlags } from "./flags.ts";
import { settingsHere } from "./settings-here.ts";

export default class Show extends Command {
  static override args = { run: Args.string({ description: RUN_ARGUMENT }) };
  static override flags = { json: Flags.boolean({ summary: "Print a JSON object." }), ...settingFlags(["dir"]) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Show);
    const run = await resolveRun((await settingsHere(flags)).dir, args.run);
    const view = await readJudgedRun(run);
    await print(
      flags.json ? viewToJson(view) : renderRunDetails(view, process.stdout, { env: process.env, now: Date.now() }),
    );
  }
}
