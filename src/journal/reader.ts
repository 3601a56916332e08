import { UserError } from "../model/error.ts";
import { JOURNAL_VERSION, type JournalRecord } from "../model/record.ts";
import type { Damage } from "../model/view.ts";
import { decodeLine } from "./decode.ts";
import { type FileLine, readLineChunks } from "./lines.ts";
import { isSystemError, wordsOf } from "./system-error.ts";

/** Longer lines are damage: no record comes near it, and a reader must not need more memory than this. */
export const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/** A record and the cursor behind it. */
export interface JournalEntry {
  readonly record: JournalRecord;
  /** Offset in the journal just behind the record: pass it as `from` to go on there. */
  readonly end: number;
}

export interface ReadJournalOptions {
  /** A cursor: the `end` of an earlier entry. Default 0. */
  readonly from?: number;
  /** Told of every piece that could not be read; reading goes on behind it. */
  readonly onDamage?: (damage: Damage) => void;
  /**
   * What is asked for. Records of other types are passed over unread where their line begins with the type, as those of
   * tracelet do. Left out: everything.
   */
  readonly types?: ReadonlySet<JournalRecord["type"]>;
}

/**
 * The records of a journal from a cursor on, in bounded memory. It ends at the end of the file; call it again with the
 * last cursor for what was written since. A last line without newline is left for then: its writer may be at it.
 * Damaged lines are passed over and reported, records of unknown types are passed over in silence, so that a journal
 * of a later tracelet that only adds types can be read.
 * @throws UserError when a later version of the format wrote it, and when it is not there or cannot be read.
 */
export async function* readJournal(path: string, options: ReadJournalOptions = {}): AsyncGenerator<JournalEntry> {
  for await (const entries of readJournalChunks(path, options)) yield* entries;
}

/**
 * The same records chunk by chunk, each of which is to be gone through before the next is asked for. For who reads a whole
 * journal: an asynchronous step for each record would cost about as much as reading it.
 */
export async function* readJournalChunks(
  path: string,
  options: ReadJournalOptions = {},
): AsyncGenerator<Iterable<JournalEntry>> {
  try {
    for await (const lines of readLineChunks(path, options.from ?? 0, LONGEST_LINE_BYTES)) {
      yield entriesIn(lines, path, options);
    }
  } catch (error) {
    throw unreadable(error, path);
  }
}

function* entriesIn(
  lines: Iterable<FileLine>,
  path: string,
  { onDamage, types }: ReadJournalOptions,
): Generator<JournalEntry> {
  for (const { text, start, end } of lines) {
    // An empty line is what a writer leaves that continues after a complete last line.
    if (text === "" || (types !== undefined && text !== undefined && isOther(text, types))) continue;
    const decoded = text === undefined ? { damage: "the line is too long" } : decodeLine(text);
    if ("damage" in decoded) onDamage?.({ offset: start, bytes: end - start, reason: decoded.damage });
    if (!("record" in decoded)) continue;
    refuseNewer(decoded.record, path);
    yield { record: decoded.record, end };
  }
}

const TYPE_FIRST = '{"type":"';

/** Whether a line is of none of these types, by how it begins. */
function isOther(line: string, types: ReadonlySet<string>): boolean {
  if (!line.startsWith(TYPE_FIRST)) return false;
  return !types.has(line.slice(TYPE_FIRST.length, line.indexOf('"', TYPE_FIRST.length)));
}

/** What the file system says of a journal, in words for the user; anything else as it is. */
export function unreadable(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  return new UserError(
    `the journal ${path} cannot be read: ${wordsOf(error)}; type tracelet runs to see which runs there are`,
    { cause: error },
  );
}

/** @throws UserError where the record is that of a later version of the format */
export function refuseNewer(record: JournalRecord, path: string): void {
  if (record.type !== "run" || record.version <= JOURNAL_VERSION) return;
  throw new UserError(
    `${path} has format version ${record.version}, and this tracelet reads up to ${JOURNAL_VERSION}: ` +
      "use the tracelet that recorded the run, or a newer one",
  );
}
