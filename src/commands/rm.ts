import * as Args from "@oclif/core/args";
import { Command } from "@oclif/core/command";
import * as Flags from "@oclif/core/flags";
import { resolveRun } from "../journal/store.ts";
import { UserError } from "../model/error.ts";
import type { Outcome } from "../run/exit-status.ts";
import { settingFlags } from "./flags.ts";
import { removeRuns } from "./remove.ts";
import { settingsHere } from "./settings-here.ts";

export default class Rm extends Command {
  static override description =
    "Their journals and outputs are gone then; what was uploaded or written elsewhere stays. A run that is going on or is being\n" +
    "uploaded is kept. Exit status 1 when one was kept.";
  static override args = {
    run: Args.string({ description: "An id, a unique beginning of one, a name, or `latest`." }),
  };
  static override usage = "rm RUN... [FLAGS]";
  static override strict = false;
  static override flags = {
    "dry-run": Flags.boolean({ summary: "Only tell what would be removed." }),
    ...settingFlags(["dir"]),
  };

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.parse(Rm);
    if (argv.length === 0) throw new UserError("there is no run to remove; type tracelet rm and the id of one");
    const { dir } = await settingsHere(flags);
    // All of them are looked up before the first one goes.
    const runs = await Promise.all(argv.map((ref) => resolveRun(dir, String(ref))));
    const each = [...new Map(runs.map((run) => [run.id, run])).values()];
    return removeRuns(each, { dir, dryRun: flags["dry-run"] });
  }
}
