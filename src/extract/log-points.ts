import type { LogPoint } from "../model/extract.ts";
import { createExtractor, type MetricLine } from "./index.ts";
import type { Selection } from "./rules/selection.ts";
import { visibleText } from "./lines/terminal-text.ts";

/** The metrics of a log, in its order and in bounded memory: those of one chunk at a time, since each turn has its price. */
export async function* pointsOfLog(
  chunks: AsyncIterable<Uint8Array>,
  selection?: Selection,
): AsyncGenerator<readonly LogPoint[]> {
  const extractor = createExtractor(selection);
  const window = createWindow();
  let offset = 0;
  for await (const chunk of chunks) {
    window.add(chunk);
    yield pointsOf(extractor.push("stdout", chunk, 0, offset), window);
    offset += chunk.length;
  }
  yield pointsOf(extractor.end(), window);
}

function pointsOf(lines: readonly MetricLine[], window: Window): LogPoint[] {
  const points: LogPoint[] = [];
  for (const { metrics, step, offset, rowEnds } of lines) {
    for (const name of Object.keys(metrics)) {
      const end = rowEnds?.[name] ?? offset;
      const text = (): string => window.textAt(end);
      points.push({ name, value: metrics[name] ?? Number.NaN, step, line: window.lineAt(end), text });
    }
  }
  return points;
}

/** The last bytes of a log. Offsets are those behind a line's last byte. */
interface Window {
  add(chunk: Uint8Array): void;
  lineAt(offset: number): number;
  textAt(offset: number): string;
}

/** A block that is held back may have ended in the chunk before this one. */
const KEPT = 512 * 1024;
const NEWLINE = 0x0a;

function createWindow(): Window {
  let bytes: Uint8Array = new Uint8Array(0);
  let start = 0;
  /** Newlines in front of the window. */
  let before = 0;
  /** How far lines were counted in the window, and how many. */
  let counted = { to: 0, lines: 0 };

  return {
    add(chunk) {
      const drop = Math.max(0, bytes.length - KEPT);
      const dropped = newlines(bytes, 0, drop);
      before += dropped;
      start += drop;
      bytes = Buffer.concat([bytes.subarray(drop), chunk]);
      counted = counted.to < drop ? { to: 0, lines: 0 } : { to: counted.to - drop, lines: counted.lines - dropped };
    },
    lineAt(offset) {
      const to = Math.max(0, offset - 1 - start);
      if (to < counted.to) counted = { to: 0, lines: 0 };
      counted = { to, lines: counted.lines + newlines(bytes, counted.to, to) };
      return before + counted.lines + 1;
    },
    textAt(offset) {
      const end = offset - start;
      const stop = bytes[end - 1] === NEWLINE ? end - 1 : end;
      const from = stop <= 0 ? 0 : bytes.lastIndexOf(NEWLINE, stop - 1) + 1;
      const line = visibleText(bytes.subarray(from, stop).slice(0, KEPT));
      return line.slice(line.trimEnd().lastIndexOf("\r") + 1).trim();
    },
  };
}

function newlines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE, from); at !== -1 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
