import { PbfReader } from "pbf";
import { NOTE } from "./tensorboard-events.ts";

/** What is in an event file apart from points: what a session has to know of those before it. */
export interface Notes {
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The hparams page knows the run. It takes what is told first and nothing more. */
  readonly isStarted: boolean;
  readonly isEnded: boolean;
  /** Names of the output logs whose end is there. */
  readonly outputs: readonly string[];
}

export const NO_NOTES: Notes = { params: {}, tags: {}, isStarted: false, isEnded: false, outputs: [] };

/** What one note says is added to what was known. */
export function withNote(notes: Notes, note: Partial<Notes>): Notes {
  const { params, tags, isStarted, isEnded, outputs } = note;
  return {
    params: { ...notes.params, ...params },
    tags: { ...notes.tags, ...tags },
    isStarted: notes.isStarted || isStarted === true,
    isEnded: notes.isEnded || isEnded === true,
    outputs: [...notes.outputs, ...(outputs ?? [])],
  };
}

/** The note in a record of an event file; `undefined` for the others, which are nearly all. */
export function noteIn(record: Uint8Array): Partial<Notes> | undefined {
  const pbf = new PbfReader(record);
  while (pbf.pos < record.length) {
    if (pbf.nextField() !== NOTE) continue;
    const end = pbf.readVarint() + pbf.pos;
    while (pbf.pos < end) if (pbf.nextField(end) === 2) return JSON.parse(pbf.readString()) as Partial<Notes>;
  }
  return undefined;
}
