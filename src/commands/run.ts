import { join } from "node:path";
import { Command } from "@oclif/core/command";
import * as Flags from "@oclif/core/flags";
import { joinedRuns } from "../backends/ids.ts";
import { UserError } from "../model/error.ts";
import type { Settings } from "../model/settings.ts";
import type { Outcome } from "../run/exit-status.ts";
import { run } from "../run/run.ts";
import { flagSpecs } from "../settings/flags.ts";
import { checkWords } from "./check-words.ts";
import { cutAtSeparator, VERSION } from "./command-line.ts";
import { currentFolder } from "./current-folder.ts";
import { settingFlags } from "./flags.ts";
import { RESUME, RESUME_FLAG, runToResume } from "./resume.ts";
import { settingsHere } from "./settings-here.ts";

export default class Run extends Command {
  static override description =
    "The command runs as it would without tracelet: same output, same signals, same exit status.\n" +
    "What stands behind -- is passed on as typed.";
  static override usage = "run [FLAGS] -- COMMAND [ARG...]";
  static override examples = [
    "<%= config.bin %> run -- python train.py --lr 3e-4",
    "<%= config.bin %> run --backend mlflow --project mnist --name baseline -- python train.py",
    "<%= config.bin %> run --interval 1 --alert 'memory_percent > 75' -- torchrun train.py",
  ];
  static override flags = { ...settingFlags(), [RESUME.name]: Flags.string(RESUME_FLAG) };

  async run(): Promise<Outcome> {
    const cwd = currentFolder();
    const { own, command } = cutAtSeparator(this.argv);
    checkWords(own, command !== undefined, [...flagSpecs(), RESUME]);
    const { flags } = await this.parse(Run, own);
    const env = process.env;
    const settings = await settingsHere(flags);
    await checkBackends(settings, env);
    if (command === undefined || command.length === 0) {
      throw new UserError("there is no command to run; type it behind two dashes: tracelet run -- python train.py");
    }
    const resumed = flags[RESUME.name];
    return run({
      command,
      joins: joinedRuns(settings.backend, env),
      resumes: typeof resumed === "string" ? await runToResume(settings.dir, resumed) : undefined,
      settings,
      env,
      cwd,
      version: VERSION,
      watcherScript: join(__dirname, "..", "bin", "watch.js"),
    });
  }
}

/** A backend that is not configured is a mistake to tell now, not after a day of training. */
async function checkBackends(settings: Settings, env: NodeJS.ProcessEnv): Promise<void> {
  if (settings.backend.length === 0) return;
  const { createBackend } = await import("../backends/index.ts");
  for (const id of settings.backend) createBackend(id, env, settings).close();
}
