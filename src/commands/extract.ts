import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { Command } from "@oclif/core/command";
import { explainLines } from "../extract/explain.ts";
import { pointsOfLog } from "../extract/log-points.ts";
import { selectionOf } from "../extract/rules/selection.ts";
import { UserError } from "../model/error.ts";
import { explainedLine, foundSeries, logPointToJson, renderSeries } from "../terminal/extraction.ts";
import { settingFlags } from "./flags.ts";
import { logSource } from "./log-source.ts";
import { print } from "./print.ts";
import { settingsHere } from "./settings-here.ts";

/** Lines that are written at once. */
const BATCH = 1000;

export default class Extract extends Command {
  static override description =
    "Without flags: a table of the series. A run finds the same metrics in the output of its command. The [[metric]]\n" +
    "rules of the settings count.";
  static override args = { file: Args.string({ description: "The log. Left out: stdin.", ignoreStdin: true }) };
  static override flags = {
    json: Flags.boolean({ summary: "Print one object for each point: name, value, step and line." }),
    explain: Flags.boolean({ summary: "Print for each line which dialect took it and what came of it." }),
    ...settingFlags(["include", "exclude"]),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Extract);
    if (flags.json && flags.explain) {
      throw new UserError("--json and --explain cannot go together; type --json for points, or --explain for lines");
    }
    // Whoever types this wants to see what there is, also where runs are to look for nothing.
    const selection = { ...(await selectionOf(await settingsHere(flags))), isOn: true };
    const chunks = logSource(args.file);
    if (flags.json) return printBatches(pointsOfLog(chunks, selection), logPointToJson);
    if (flags.explain) {
      return printAll(explainLines(chunks, selection), (line) => explainedLine(line, process.stdout, process.env));
    }
    await print(renderSeries(await foundSeries(pointsOfLog(chunks, selection)), process.stdout, process.env));
  }
}

async function printBatches<Item>(
  batches: AsyncIterable<readonly Item[]>,
  toText: (item: Item) => string,
): Promise<void> {
  for await (const items of batches) if (items.length > 0) await print(items.map(toText).join("\n"));
}

async function printAll<Item>(items: AsyncIterable<Item>, toText: (item: Item) => string): Promise<void> {
  let lines: string[] = [];
  for await (const item of items) {
    lines.push(toText(item));
    if (lines.length < BATCH) continue;
    await print(lines.join("\n"));
    lines = [];
  }
  if (lines.length > 0) await print(lines.join("\n"));
}
