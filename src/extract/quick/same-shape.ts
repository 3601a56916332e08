import { elasticEnd } from "./elastic-numbers.ts";
import { mostKept, OUTLINE_LIMIT, type Outline } from "./outline.ts";

/**
 * A shape, with what stands at each of its places, so that a line can be compared with it in one go: that is a good part
 * quicker than to draw the line's own shape, hash it and look it up, and needs no look at what the line says. Most logs
 * have one or two shapes of lines with metrics, and one of them is the next.
 */
export interface ShapeSteps {
  readonly shape: Uint8Array;
  readonly steps: Uint8Array;
}

const [
  /** The same byte. */
  SAME,
  /** Any digit. */
  ANY_DIGIT,
  /** The first digit of a run where a number may be elastic, and was not. */
  RIGID_NUMBER,
  /** The first run of an elastic number. */
  ELASTIC_NUMBER,
  /** The dot or slash within such a number, and its second run. */
  INNER,
] = [0, 1, 2, 3, 4];

/** The steps of a line whose shape was just drawn; `undefined` for one with a colour. */
export function stepsOf(outline: Outline, line: Uint8Array, start: number, end: number): ShapeSteps | undefined {
  if (outline.hasColour) return undefined;
  const shape = outline.bytes.slice(0, outline.length);
  const steps = new Uint8Array(shape.length);
  let to = 0;
  for (let from = start; from < end;) {
    if (!isDigit(line[from] as number)) {
      from += 1;
      to += 1;
      continue;
    }
    const stop = elasticEnd(outline.edges, line, start, from, end);
    if (stop !== -1) {
      const isOfTwo = digitsEnd(line, from, stop) < stop;
      steps[to] = ELASTIC_NUMBER;
      if (isOfTwo) steps.fill(INNER, to + 1, to + 3);
      from = stop;
      to += isOfTwo ? 3 : 1;
      continue;
    }
    const behind = digitsEnd(line, from, end);
    const isKept = behind - from <= mostKept(outline.kinds, line, start, from, false);
    if (!isKept) {
      steps[to] = RIGID_NUMBER;
      steps.fill(ANY_DIGIT, to + 1, to + behind - from);
    }
    to += behind - from;
    from = behind;
  }
  return to === shape.length ? { shape, steps } : undefined;
}

/** Whether the line has the shape. The outline then has the lengths of its elastic numbers, and nothing else of it. */
export function isOfShape(
  { shape, steps }: ShapeSteps,
  outline: Outline,
  line: Uint8Array,
  start: number,
  end: number,
): boolean {
  const { length } = shape;
  // A shape is never longer than its line. With this, no byte behind the line is looked at.
  if (end - start < length || end - start > OUTLINE_LIMIT) return false;
  const { shifts, edges } = outline;
  let runs = 0;
  let at = start;
  for (let place = 0; place < length; place += 1) {
    const step = steps[place] as number;
    if (step === SAME) {
      if (line[at] !== shape[place]) return false;
      at += 1;
    } else if (step !== ELASTIC_NUMBER) {
      if (!isDigit(line[at] as number)) return false;
      if (step === RIGID_NUMBER && elasticEnd(edges, line, start, at, end) !== -1) return false;
      at += 1;
    } else {
      if (!isDigit(line[at] as number)) return false;
      const stop = elasticEnd(edges, line, start, at, end);
      if (stop === -1) return false;
      const behind = digitsEnd(line, at, stop);
      shifts[runs++] = behind - start - place - 1;
      const isOfTwo = place + 1 < length && steps[place + 1] === INNER;
      if (isOfTwo !== behind < stop) return false;
      if (isOfTwo) {
        if (line[behind] !== shape[place + 1]) return false;
        place += 2;
        shifts[runs++] = stop - start - place - 1;
      }
      at = stop;
      if (end - at < length - place - 1) return false;
    }
  }
  return at === end;
}

function digitsEnd(line: Uint8Array, at: number, end: number): number {
  let stop = at + 1;
  while (stop < end && isDigit(line[stop] as number)) stop += 1;
  return stop;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
