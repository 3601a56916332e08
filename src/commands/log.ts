import { appendFileSync } from "node:fs";
import { Command } from "@oclif/core/command";
import * as Flags from "@oclif/core/flags";
import { readTime } from "../extract/channel-line.ts";
import { isKey } from "../extract/names/keys.ts";
import { parseNumber } from "../extract/tokens/numbers.ts";
import { isSystemError, wordsOf } from "../journal/system-error.ts";
import { UserError } from "../model/error.ts";
import { type JournalNumber, toJournalNumber } from "../model/record.ts";
import type { Outcome } from "../run/exit-status.ts";
import { printable } from "../terminal/printable.ts";
import { ownLine } from "../terminal/warnings.ts";

/** The points are not in the file. */
const EXIT_NOT_WRITTEN = 1;

const EXAMPLE = "tracelet log loss=0.3 --step 10";

export default class Log extends Command {
  static override description =
    "For scripts that tracelet run has started. The points are in the run once they are appended to the file that\n" +
    "TRACELET_METRICS names; any program can append to it. Exit status 0, 1 when the file cannot be written, and 125 when\n" +
    "there is no run or what was typed is wrong.";
  static override usage = "log NAME=VALUE... [--step N] [--time T]";
  static override examples = [
    "<%= config.bin %> log loss=0.3 acc=0.91 --step 10",
    "<%= config.bin %> log val/bleu=27.4 --step 10 --time 2026-11-22T20:15:30Z",
  ];
  static override strict = false;
  static override flags = {
    step: Flags.string({ summary: "The step. Left out: the points of a metric are counted.", helpValue: "N" }),
    time: Flags.string({
      summary: "When it was measured: seconds since the epoch, or ISO 8601. Left out: now.",
      helpValue: "T",
    }),
  };

  async run(): Promise<Outcome> {
    const { argv, flags } = await this.parse(Log);
    const points = argv.map((word) => pointOf(String(word)));
    if (points.length === 0) throw new UserError(`there is no point to log; type ${EXAMPLE}`);
    const line = {
      ...(flags.step === undefined ? {} : { step: stepOf(flags.step) }),
      timestamp: flags.time === undefined ? Date.now() : timeOf(flags.time),
      ...Object.fromEntries(points),
    };
    return append(fileOfRun(process.env), `${JSON.stringify(line)}\n`);
  }
}

function pointOf(word: string): readonly [name: string, value: JournalNumber] {
  const at = word.lastIndexOf("=");
  const [name, text] = [word.slice(0, Math.max(at, 0)).trim(), word.slice(at + 1)];
  if (at === -1 || !isKey(name)) throw new UserError(`'${word}' is not NAME=VALUE; type ${EXAMPLE}`);
  if (name === "step") throw new UserError(`'${word}' is no metric; type --step ${text}`);
  if (name === "timestamp") throw new UserError(`'${word}' is no metric; type --time ${text}`);
  const value = parseNumber(text);
  if (value === undefined)
    throw new UserError(`the value of ${name} is '${text}', which is no number; type one like 0.3`);
  return [name, toJournalNumber(value)];
}

function stepOf(text: string): number {
  const step = parseNumber(text);
  if (step !== undefined && Number.isFinite(step)) return step;
  throw new UserError(`--step is '${text}', which is no number; type --step 10`);
}

function timeOf(text: string): number {
  const time = readTime(text);
  if (time !== undefined) return time;
  throw new UserError(
    `--time is '${text}', which is neither seconds since the epoch nor ISO 8601; type --time 2026-11-22T20:15:30Z`,
  );
}

function fileOfRun(env: NodeJS.ProcessEnv): string {
  const file = env["TRACELET_METRICS"];
  if (file !== undefined && file !== "") return file;
  throw new UserError(
    "there is no run here to log to (TRACELET_METRICS is not set); type it in a script that is started by: tracelet run -- ./script.sh",
  );
}

/** One write, so that the lines of several programs do not get into each other. */
function append(file: string, line: string): Outcome {
  try {
    appendFileSync(file, line, { mode: 0o600 });
    return { code: 0 };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    process.stderr.write(`${ownLine(`${printable(file)} cannot be written: ${wordsOf(error)}`)}\n`);
    return { code: EXIT_NOT_WRITTEN };
  }
}
