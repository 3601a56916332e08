import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import type { JournalRecord } from "../model/record.ts";
import type { RunEnd, RunHeader } from "../model/run.ts";
import { decodeLine } from "./decode.ts";
import { LONGEST_LINE_BYTES, refuseNewer } from "./reader.ts";

/** What is read at either end of a journal at first: nearly always enough, and less than Node takes from its pool. */
const FIRST_BYTES = 2048;

/** What `readOutlineNow` nearly always needs. */
export const SCRATCH_BYTES = FIRST_BYTES;

/** How far from the journal's end the record of the run's end is looked for. Only a few small records follow it. */
const TAIL_BYTES = 64 * 1024;

/** The child's launch is the second record, where there is one; what was damaged before it may have been more. */
const FIRST_RECORDS = 2;
const FIRST_RECORDS_BEHIND_DAMAGE = 4;

const NEWLINE = 10;

/** The child, as the journal has it. */
export type Launch = Omit<Extract<JournalRecord, { type: "launch" }>, "type" | "timestamp">;

/** How a file was when it was looked at; one that is appended to differs from it. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

/** What the first and the last records of a journal say. */
export interface RunOutline {
  /** Absent where the first record cannot be read. */
  readonly header: RunHeader | undefined;
  /** Not looked for where the run has ended: nobody asks for its child then. */
  readonly launch: Launch | undefined;
  readonly end: RunEnd | undefined;
  /** As it was before anything was read. */
  readonly file: FileState;
}

/**
 * How a run began and ended, without reading the whole journal.
 * @throws UserError for a later version of the format; what the file system throws
 */
export async function readOutline(journal: string): Promise<RunOutline> {
  const file = await open(journal, "r");
  try {
    const steps = outline(journal, await file.stat());
    let step = steps.next();
    while (step.done !== true) {
      const { at, bytes } = step.value;
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, at);
      step = steps.next(buffer.subarray(0, bytesRead));
    }
    return step.value;
  } finally {
    await file.close();
  }
}

/**
 * The same, on the spot: for a list of thousands, where each switch of threads would cost more than what it waits for.
 * @param scratch memory to read into, kept from one journal to the next: new memory for each costs more than the reading
 */
export function readOutlineNow(journal: string, scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)): RunOutline {
  const file = openSync(journal, "r");
  try {
    const steps = outline(journal, fstatSync(file));
    let step = steps.next();
    while (step.done !== true) {
      const { at, bytes } = step.value;
      const buffer = bytes > scratch.length ? Buffer.allocUnsafe(bytes) : scratch;
      step = steps.next(buffer.subarray(0, readSync(file, buffer, 0, bytes, at)));
    }
    return step.value;
  } finally {
    closeSync(file);
  }
}

/** Bytes of a journal that are asked for. */
interface Read {
  readonly at: number;
  readonly bytes: number;
}

/** Asks for what it has to see; what it gets may be shorter, and is lent until it asks again. */
function* outline(journal: string, { size, mtimeMs }: FileState): Generator<Read, RunOutline, Buffer> {
  let end: RunEnd | undefined;
  for (const bytes of [FIRST_BYTES, TAIL_BYTES]) {
    const at = Math.max(0, size - bytes);
    end = endIn(yield { at, bytes: size - at }, at > 0);
    if (end !== undefined || at === 0) break;
  }
  let beginning: Beginning = { header: undefined, launch: undefined, isKnown: false };
  for (let bytes = FIRST_BYTES; !beginning.isKnown; bytes *= 4) {
    const head = yield { at: 0, bytes: Math.min(bytes, LONGEST_LINE_BYTES) };
    beginning = beginningIn(head, journal, end !== undefined);
    if (head.length < bytes) break;
  }
  const { header, launch } = beginning;
  return { header, launch, end, file: { size, mtimeMs } };
}

interface Beginning extends Pick<RunOutline, "header" | "launch"> {
  /** There is nothing more to look for. */
  readonly isKnown: boolean;
}

/** @param isHeaderEnough whether the child is of no interest */
function beginningIn(bytes: Buffer, journal: string, isHeaderEnough: boolean): Beginning {
  let header: RunHeader | undefined;
  let launch: Launch | undefined;
  let start = 0;
  let most = FIRST_RECORDS;
  for (let count = 0; launch === undefined && count < most;) {
    const at = bytes.indexOf(NEWLINE, start);
    if (at === -1) return { header, launch, isKnown: false };
    const record = recordIn(bytes.subarray(start, at));
    start = at + 1;
    if (record === undefined) most = FIRST_RECORDS_BEHIND_DAMAGE;
    if (record === undefined) continue;
    refuseNewer(record, journal);
    if (record.type === "run") header = record;
    if (isHeaderEnough && header !== undefined) break;
    if (record.type === "launch") launch = record;
    count += 1;
  }
  return { header, launch, isKnown: true };
}

/** The last record of an end; what is behind the last newline is none. */
function endIn(bytes: Buffer, isCut: boolean): RunEnd | undefined {
  const from = isCut ? bytes.indexOf(NEWLINE) + 1 : 0;
  for (let behind = bytes.lastIndexOf(NEWLINE); behind > from;) {
    const before = bytes.lastIndexOf(NEWLINE, behind - 1);
    const line = bytes.subarray(Math.max(from, before + 1), behind);
    // Samples are long, and there are many of them.
    const record = line.includes('"end"') ? recordIn(line) : undefined;
    if (record?.type === "end") return record;
    behind = before;
  }
  return undefined;
}

function recordIn(line: Buffer): JournalRecord | undefined {
  if (line.length === 0) return undefined;
  const decoded = decodeLine(line.toString());
  return "record" in decoded ? decoded.record : undefined;
}
