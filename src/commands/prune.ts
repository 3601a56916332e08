import { Command } from "@oclif/core/command";
import * as Flags from "@oclif/core/flags";
import { prunable } from "../journal/prunable.ts";
import { UserError } from "../model/error.ts";
import type { Outcome } from "../run/exit-status.ts";
import { parseDuration } from "../settings/duration.ts";
import { canAsk } from "./confirmed.ts";
import { settingFlags } from "./flags.ts";
import { removeRuns } from "./remove.ts";
import { settingsHere } from "./settings-here.ts";

export default class Prune extends Command {
  static override description =
    "Removes the runs that ended longer ago than --older says, with their journals and outputs; what was uploaded or written\n" +
    "elsewhere stays. Runs that are going on or are being uploaded are kept. Somebody at a terminal is told what would go, and asked;\n" +
    "a script is not. Exit status 1 after a no, and when a run was kept.";
  static override flags = {
    older: Flags.string({ summary: "How long ago at least a run has ended: 30d, 12h.", helpValue: "DURATION" }),
    uploaded: Flags.boolean({ summary: "Only runs that are complete at every backend they were started with." }),
    "dry-run": Flags.boolean({ summary: "Only tell what would be removed." }),
    yes: Flags.boolean({ summary: "Do not ask." }),
    ...settingFlags(["dir"]),
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(Prune);
    const older = olderThan(flags.older);
    const { dir } = await settingsHere(flags);
    const { uploaded, yes, "dry-run": dryRun } = flags;
    const runs = await prunable(dir, { older, uploaded }, Date.now);
    return removeRuns(runs, { dir, dryRun, ask: !yes && !dryRun && canAsk() });
  }
}

/** There is no default: nobody should lose runs by typing a word. */
function olderThan(text: string | undefined): number {
  if (text === undefined) throw new UserError("prune needs to know how old a run has to be: type --older 30d");
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  throw new UserError(`--older is "${text}", which is no duration of up to a year: type --older 30d`);
}
