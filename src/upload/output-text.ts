import type { ReadPiece } from "../journal/output-pieces.ts";
import type { OutputText } from "../model/backend.ts";
import type { StreamName } from "../model/run.ts";

/** The first bytes of a character whose others have not come yet, by stream; in base64, to be kept as JSON. */
export type Unfinished = Readonly<Partial<Record<StreamName, string>>>;

/**
 * Makes text of pieces of output. A character that a piece cuts apart belongs to the piece that completes it. What is no
 * UTF-8 becomes U+FFFD.
 */
export function outputText(
  pieces: readonly ReadPiece[],
  unfinished: Unfinished,
): { readonly output: readonly OutputText[]; readonly unfinished: Unfinished } {
  const heads = new Map(Object.entries(unfinished).map(([stream, text]) => [stream, Buffer.from(text, "base64")]));
  const output: OutputText[] = [];
  for (const { stream, timestamp, bytes: piece } of pieces) {
    const head = heads.get(stream);
    const bytes = head === undefined ? piece : Buffer.concat([head, piece]);
    const end = bytes.length - unfinishedBytes(bytes);
    heads.set(stream, Buffer.from(bytes.subarray(end)));
    if (end > 0) output.push({ stream, timestamp, text: bytes.toString("utf8", 0, end) });
  }
  const left = [...heads].filter(([, bytes]) => bytes.length > 0);
  return { output, unfinished: Object.fromEntries(left.map(([stream, bytes]) => [stream, bytes.toString("base64")])) };
}

/** How many bytes at the end begin a character of UTF-8 that needs more of them. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    // 10xxxxxx goes on with a character.
    if ((byte & 0xc0) === 0x80) continue;
    return byte >= lead(back) && byte < 0xf8 ? back : 0;
  }
  return 0;
}

/** The least byte that begins a character of more than so many bytes. */
function lead(bytes: number): number {
  return bytes === 1 ? 0xc0 : bytes === 2 ? 0xe0 : 0xf0;
}
