/** Bytes kept of one line; what comes behind is not looked at. A line of metrics is far shorter. */
export const LINE_LIMIT = 64 * 1024;

/** The bytes of one line, or of one state of it, as far as they are kept. */
export interface Segment {
  bytes: Uint8Array;
  length: number;
  /** Whether bytes were left out at its end. */
  cut: boolean;
}

export function emptySegment(): Segment {
  // A buffer, as chunks are: code that gets bytes of two kinds is compiled twice, and slower.
  return { bytes: Buffer.alloc(256), length: 0, cut: false };
}

export function clear(segment: Segment): void {
  segment.length = 0;
  segment.cut = false;
}

/** Appends what of the chunk there is room for. */
export function add(segment: Segment, chunk: Uint8Array, start: number, end: number): void {
  const room = LINE_LIMIT - segment.length;
  if (end - start > room) segment.cut = true;
  const stop = Math.min(end, start + room);
  if (stop <= start) return;
  const needed = segment.length + stop - start;
  if (needed > segment.bytes.length) {
    const grown = Buffer.alloc(Math.min(LINE_LIMIT, Math.max(needed, segment.bytes.length * 2)));
    grown.set(segment.bytes.subarray(0, segment.length));
    segment.bytes = grown;
  }
  segment.bytes.set(chunk.subarray(start, stop), segment.length);
  segment.length = needed;
}

export interface SegmentMemory {
  readonly bytes: Uint8Array;
  readonly cut: boolean;
}

export function memoryOf({ bytes, length, cut }: Segment): SegmentMemory {
  return { bytes: bytes.subarray(0, length), cut };
}

export function recalled({ bytes, cut }: SegmentMemory): Segment {
  const segment = emptySegment();
  add(segment, bytes, 0, bytes.length);
  return { ...segment, cut };
}

/** A line that was cut ends at its last blank: half a number would be a wrong number. */
export function keptLength({ bytes, length, cut }: Segment): number {
  return cut ? Math.max(0, bytes.subarray(0, length).lastIndexOf(0x20)) : length;
}
