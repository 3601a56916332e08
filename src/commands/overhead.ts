import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Command } from "@oclif/core/command";
import * as Flags from "@oclif/core/flags";
import { UserError } from "../model/error.ts";
import type { Overhead as Found } from "../model/overhead.ts";
import { measureOverhead } from "../overhead/measure.ts";
import { isSurelyOver, isTold } from "../overhead/verdict.ts";
import { thisHost } from "../probes/host.ts";
import type { Outcome } from "../run/exit-status.ts";
import { overheadToJson, renderOverhead, renderOverheadProgress } from "../terminal/overhead.ts";
import { cutAtSeparator } from "./command-line.ts";
import { currentFolder } from "./current-folder.ts";
import { readIntervals, readPercent, readSeconds } from "./overhead-words.ts";
import { tryToPrint } from "./print.ts";
import { openProgress } from "./progress-line.ts";

/** The slowdown is above `--max`. */
const EXIT_OVER = 1;

const INTERVALS = ["0.1", "1", "10"];
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export default class Overhead extends Command {
  static override description =
    "Times work without and with tracelet run beside it, in turns. Without a command the work is a CPU-bound and a\n" +
    "memory-bound kernel on all cores. A COMMAND is run several times as typed, with nothing on its stdin and its output\n" +
    "thrown away: it must end by itself, with status 0, and be safe to run again. Each interval is watched once at least,\n" +
    "whatever --time says. Nothing is uploaded and nothing is kept. docs/overhead.md says how to read the result.\n" +
    "Exit status 1 when the slowdown is above --max.";
  static override usage = "overhead [FLAGS] [-- COMMAND [ARG...]]";
  static override examples = [
    "<%= config.bin %> overhead",
    "<%= config.bin %> overhead --interval 1 --max 1% --json",
    "<%= config.bin %> overhead --time 300 -- python train.py --epochs 1",
  ];
  static override flags = {
    interval: Flags.string({
      summary: "An interval to measure; 0.1, 1 and 10 when left out.",
      helpValue: "SECONDS",
      multiple: true,
      multipleNonGreedy: true,
    }),
    time: Flags.string({ summary: "How long to measure.", helpValue: "SECONDS", default: "60" }),
    budget: Flags.string({
      summary: "The slowdown that is acceptable: the shortest interval that is surely below it is recommended.",
      helpValue: "PERCENT",
      default: "5%",
    }),
    max: Flags.string({
      summary: "End with status 1 when the slowdown at an interval is surely above this.",
      helpValue: "PERCENT",
    }),
    json: Flags.boolean({ summary: "Print a JSON object." }),
  };

  async run(): Promise<Outcome> {
    const { own, command } = cutAtSeparator(this.argv);
    const { flags } = await this.parse(Overhead, own);
    if (command?.length === 0) {
      throw new UserError("there is no command behind the two dashes; type one, or leave the dashes out");
    }
    const max = flags.max === undefined ? undefined : readPercent("--max", flags.max, "1%");
    const progress = openProgress(process.stderr, renderOverheadProgress);
    const stop = new AbortController();
    const listeners = ENDING.map((signal) => [signal, () => stop.abort(signal)] as const);
    for (const [signal, listener] of listeners) process.on(signal, listener);
    const cwd = currentFolder();
    try {
      const found = await measureOverhead({
        tracelet: [process.execPath, join(__dirname, "..", "bin", "run.js")],
        kernel: [process.execPath, join(__dirname, "kernel.cjs")],
        workers: availableParallelism(),
        ...(command === undefined ? {} : { command }),
        cwd,
        intervals: readIntervals(flags.interval ?? INTERVALS),
        time: readSeconds("--time", flags.time, "60"),
        budget: readPercent("--budget", flags.budget, "5%"),
        host: thisHost(cwd),
        env: process.env,
        cpuTime,
        signal: stop.signal,
        onProgress: (now) => progress.show(now),
      });
      progress.clear();
      return await this.tell(found, flags.json, max);
    } catch (error) {
      if (stop.signal.aborted) return { signal: stop.signal.reason as NodeJS.Signals };
      throw error;
    } finally {
      progress.clear();
      for (const [signal, listener] of listeners) process.removeListener(signal, listener);
    }
  }

  private async tell(found: Found, json: boolean, max: number | undefined): Promise<Outcome> {
    await tryToPrint(json ? overheadToJson(found) : renderOverhead(found, process.stdout, { env: process.env }));
    if (max === undefined) return { code: 0 };
    if (!isTold(found)) {
      throw new UserError("one pair of runs is too few to judge --max by; give it more time, as in --time 300");
    }
    return { code: isSurelyOver(found, max) ? EXIT_OVER : 0 };
  }
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
