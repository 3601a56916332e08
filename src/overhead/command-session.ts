import { constants } from "node:os";
import { UserError } from "../model/error.ts";
import { onceOf } from "./kernel-session.ts";
import { meanCpuPercent, mostMemory, readRecord } from "./run-record.ts";
import type { SessionEnd } from "./session.ts";
import type { Stage } from "./stage.ts";

/** One run of the user's command. */
export interface CommandRun {
  /** Seconds from the command's launch to its end, which of `tracelet run` is what its journal says. */
  readonly seconds: number;
  /** Seconds that tracelet took before and after that. */
  readonly once?: number;
  readonly cpuPercent?: number;
  readonly memoryRss?: number;
}

/** Goes to the user's folder there: in it, `tracelet run` would find settings that are the user's for other purposes. */
const IN_FOLDER = 'cd "$1" && shift && exec "$@"';

/**
 * Runs the command once, by itself or watched, with its output thrown away.
 * @throws UserError where it does not end with status 0
 */
export async function runCommand(
  stage: Stage,
  command: readonly string[],
  cwd: string,
  interval: number | undefined,
): Promise<CommandRun> {
  const there = ["sh", "-c", IN_FOLDER, "sh", cwd, ...command];
  const session = stage.start({ command: there, talks: false, ...(interval === undefined ? {} : { interval }) });
  const end = await session.ended;
  if (end.code !== 0) throw new UserError(whyNot(command, end, interval !== undefined));
  if (session.store === undefined) return { seconds: end.milliseconds / 1000 };
  const record = await readRecord(session.store);
  if (record?.launched === undefined || record.ended === undefined)
    throw new Error("the run has no end in its journal");
  const [cpuPercent, memoryRss] = [meanCpuPercent(record), mostMemory(record)];
  return {
    seconds: (record.ended - record.launched) / 1000,
    ...onceOf(record, end.milliseconds),
    ...(cpuPercent === undefined ? {} : { cpuPercent }),
    ...(memoryRss === undefined ? {} : { memoryRss }),
  };
}

function whyNot(command: readonly string[], { code, signal }: SessionEnd, isWatched: boolean): string {
  const how = signal === null ? `with exit status ${code}` : `by ${signal} (${128 + constants.signals[signal]})`;
  return (
    `'${command.join(" ")}' ended ${how}${isWatched ? " under tracelet run" : ""}, and its time means nothing then; ` +
    "type a command that ends with status 0 each time"
  );
}
