import { rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import * as Args from "@oclif/core/args";
import { Command } from "@oclif/core/command";
import * as Flags from "@oclif/core/flags";
import { isSystemError, wordsOf } from "../journal/system-error.ts";
import { resolveRun } from "../journal/store.ts";
import { UserError } from "../model/error.ts";
import { ownLine } from "../terminal/warnings.ts";
import { reportOfRun } from "../upload/run-report.ts";
import { VERSION } from "./command-line.ts";
import { currentFolder } from "./current-folder.ts";
import { settingFlags } from "./flags.ts";
import { openForUser } from "./open-for-user.ts";
import { print } from "./print.ts";
import { readPageAssets } from "./page-assets.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";
import { settingsHere } from "./settings-here.ts";

const TO_STDOUT = "-";

export default class Report extends Command {
  static override description =
    "The page needs no network and no other file: send it to whom you like. It has the run's charts, key figures, alerts,\n" +
    "params and the end of its output.";
  static override examples = [
    "<%= config.bin %> report",
    "<%= config.bin %> report brisk-otter-42 --output report.html --open",
  ];
  static override args = { run: Args.string({ description: RUN_ARGUMENT }) };
  static override flags = {
    output: Flags.string({
      char: "o",
      summary: "Where the page goes; - is stdout. Left out: report.html in the run's directory.",
      helpValue: "FILE",
    }),
    open: Flags.boolean({ summary: "Open it in the browser." }),
    ...settingFlags(["dir"]),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Report);
    const isPrinted = flags.output === TO_STDOUT;
    if (isPrinted && flags.open) throw new UserError("--open needs a file, and --output is -; leave one of them out");
    const run = await resolveRun((await settingsHere(flags)).dir, args.run);
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const options = { assets: await readPageAssets(), clock: Date.now, zone, version: VERSION };
    const page = await reportOfRun(run, options);
    if (isPrinted) return print(page.trimEnd());
    const file = flags.output === undefined ? run.report : resolve(currentFolder(), flags.output);
    await write(file, page);
    await print(file);
    const problem = flags.open ? await openForUser(file) : undefined;
    if (problem !== undefined) process.stderr.write(`${ownLine(`${problem}; open ${file} yourself`)}\n`);
  }
}

/** All of it or nothing: who looks at an older one meanwhile sees that. */
async function write(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { flag: "wx" });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    if (!isSystemError(error)) throw error;
    throw new UserError(`the report ${file} cannot be written: ${wordsOf(error)}; name another place with --output`, {
      cause: error,
    });
  }
}
