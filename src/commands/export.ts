import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { Command } from "@oclif/core/command";
import { exportPoints } from "../journal/export.ts";
import { resolveRun } from "../journal/store.ts";
import { UserError } from "../model/error.ts";
import { ownLine } from "../terminal/warnings.ts";
import { csvHeader, pointToCsv, pointToJson } from "../terminal/points.ts";
import { print } from "./print.ts";
import { RUN_ARGUMENT } from "./run-argument.ts";
import { settingFlags } from "./flags.ts";
import { settingsHere } from "./settings-here.ts";

const FORMATS = ["jsonl", "csv"];

/** Points that are written at once. */
const BATCH = 1000;

export default class Export extends Command {
  static override description =
    "Each point has name, value, step, timestamp (ISO 8601 with milliseconds) and source (training or system).";
  static override args = { run: Args.string({ description: RUN_ARGUMENT }) };
  static override flags = {
    format: Flags.string({ summary: "How points are written.", helpValue: FORMATS.join("|"), default: "jsonl" }),
    ...settingFlags(["dir"]),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Export);
    checkFormat(flags.format);
    const run = await resolveRun((await settingsHere(flags)).dir, args.run);
    const toLine = flags.format === "csv" ? pointToCsv : pointToJson;
    let lines = flags.format === "csv" ? [csvHeader()] : [];
    let damaged = 0;
    const onDamage = ({ bytes }: { readonly bytes: number }): void => void (damaged += bytes);
    for await (const point of exportPoints(run, { onDamage })) {
      lines.push(toLine(point));
      if (lines.length < BATCH) continue;
      await print(lines.join("\n"));
      lines = [];
    }
    if (lines.length > 0) await print(lines.join("\n"));
    if (damaged > 0) process.stderr.write(`${ownLine(leftOut(damaged, run.id))}\n`);
  }
}

/** On stderr, so that what reads the points is not disturbed. */
function leftOut(bytes: number, id: string): string {
  return `${bytes} damaged bytes of the journal are left out; type tracelet show ${id} to see where`;
}

function checkFormat(format: string): void {
  if (FORMATS.includes(format)) return;
  throw new UserError(`--format is '${format}', which is none of ${FORMATS.join(", ")}; type --format csv`);
}
