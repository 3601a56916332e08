import * as Args from "@oclif/core/args";
import { Command } from "@oclif/core/command";
import { importLog } from "../run/import-log.ts";
import { statsOf } from "../run/stats.ts";
import { importedRun } from "../terminal/extraction.ts";
import { VERSION } from "./command-line.ts";
import { currentFolder } from "./current-folder.ts";
import { settingFlags } from "./flags.ts";
import { logSource } from "./log-source.ts";
import { print } from "./print.ts";
import { settingsHere } from "./settings-here.ts";

export default class Import extends Command {
  static override description =
    "The run has the log, its metrics, and the time at which the log was written last. With --backend, tracelet sync\n" +
    "uploads it.";
  static override examples = ["<%= config.bin %> import train.log --name baseline --project mnist"];
  static override args = { file: Args.string({ description: "The log. Left out: stdin.", ignoreStdin: true }) };
  static override flags = settingFlags(["name", "project", "backend", "param", "tag", "include", "exclude", "dir"]);

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Import);
    const settings = await settingsHere(flags);
    const { file } = args;
    const imported = await importLog({
      chunks: logSource(file),
      command: ["tracelet", "import", ...(file === undefined ? [] : [file])],
      written: writtenLast(file),
      settings,
      cwd: currentFolder(),
      version: VERSION,
    });
    await print(importedRun(imported, settings.backend.length > 0));
  }
}

/** A file that is not there is told when it is read. */
function writtenLast(file: string | undefined): number {
  const stats = file === undefined ? undefined : statsOf(file);
  return Math.round(stats?.mtimeMs ?? Date.now());
}
