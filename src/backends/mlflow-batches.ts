import type { Rejection } from "../model/backend.ts";
import { isAboutContent } from "./mlflow-errors.ts";

/** One entry of a request: its JSON, and what it is called when it is refused. */
export interface Entry {
  readonly what: string;
  readonly json: string;
}

export interface ChunkLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** Most bytes that UTF-8 has for one UTF-16 code unit. */
const MOST_PER_UNIT = 3;
/** A thousand entries of this length are not too much for one request, whatever their characters. */
const SHORT = 250;

/**
 * Sends entries in as few requests as the limits allow. MLflow refuses a whole request for one bad entry, so a refused
 * one is halved until the bad entries stand alone; those come back as rejections and the others are sent.
 *
 * @param confirm called once before the first halving; throws when it is the run, not an entry, that is refused
 */
export async function sendInChunks(
  entries: readonly Entry[],
  limits: ChunkLimits,
  send: (list: string) => Promise<unknown>,
  confirm: () => Promise<unknown>,
): Promise<Rejection[]> {
  const rejected: Rejection[] = [];
  let confirmed = false;

  async function sendOrHalve(chunk: readonly Entry[]): Promise<void> {
    try {
      await send(listOf(chunk));
    } catch (error) {
      if (!isAboutContent(error)) throw error;
      if (!confirmed) await confirm();
      confirmed = true;
      const [first] = chunk;
      if (chunk.length === 1 && first !== undefined) {
        rejected.push({ what: first.what, reason: error.reason });
        return;
      }
      const middle = chunk.length >> 1;
      await sendOrHalve(chunk.slice(0, middle));
      await sendOrHalve(chunk.slice(middle));
    }
  }

  for (const chunk of chunksOf(entries, limits)) await sendOrHalve(chunk);
  return rejected;
}

/** In one piece of text from the start: of a thousand entries none is copied twice. */
function listOf(entries: readonly Entry[]): string {
  let list = "";
  for (const { json } of entries) list += list === "" ? json : `,${json}`;
  return `[${list}]`;
}

/** A point has a hundred bytes: what is that short need not be measured, and there are millions. */
function bytesAtMost(json: string): number {
  return json.length < SHORT ? json.length * MOST_PER_UNIT : Buffer.byteLength(json);
}

/** Cuts a list so that no part has more entries or bytes than allowed; an entry that is too large alone stands alone. */
export function chunksOf(entries: readonly Entry[], limits: ChunkLimits): Entry[][] {
  const chunks: Entry[][] = [];
  let chunk: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesAtMost(entry.json) + 1;
    if (chunk.length > 0 && (chunk.length === limits.entries || bytes + size > limits.bytes)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(entry);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
