import type { ProcessReader } from "./process-files.ts";
import { createProcessReader } from "./process-files.ts";
import type { ProcessStat } from "./process-stat.ts";
import { isThread, parseProcessStat } from "./process-stat.ts";

/** Reads /proc/<pid>/stat of single processes. */
export type StatReader = ProcessReader<ProcessStat>;

/** @param onHidden called when a process is there and may not be looked at */
export function createStatReader(proc: string, onHidden: () => void = () => undefined): StatReader {
  return createProcessReader({ proc, file: "stat", parse: parseProcessStat, onHidden });
}

/** The same for pids of which it is not known whose they are: for that of a thread there is nothing. */
export function createNewcomerReader(proc: string): StatReader {
  const parse = (bytes: Buffer, length: number) =>
    isThread(bytes, length) ? undefined : parseProcessStat(bytes, length);
  return createProcessReader({ proc, file: "stat", parse });
}
