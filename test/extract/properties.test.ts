import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createExtractor, type MetricLine } from "../../src/extract/index.ts";
import type { StreamName } from "../../src/model/run.ts";

interface Record {
  readonly stream: StreamName;
  readonly bytes: Uint8Array;
}

const fragment = fc.oneof(
  fc.constantFrom(
    "loss=0.5",
    "step=3 ",
    "epoch 2: ",
    "\rEpoch 2: loss=0.5",
    "\rEpoch 3: acc=0.5",
    "Epoch 1/3",
    "\n",
    "\n",
    "\r",
    "\r\n",
    " ",
    "\u001b[31m",
    "\u001b[2K",
    "\b",
    "━━",
    "損失: 3",
    "nan",
    "acc: 91.5%, ",
    '{"step": 4, "loss": NaN}',
    "{'loss': 0.5}",
    "Train:  50%|██▌  | 5/10 [00:01<00:01, loss=0.4]",
    "[train] ",
    "plain words",
    "\u0000",
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const bytes = fc.oneof(
  fc.array(fragment, { maxLength: 20 }).map((parts) => Buffer.from(parts.join(""))),
  fc.uint8Array({ maxLength: 64 }),
);
const log = fc.array(fc.record({ stream: fc.constantFrom<StreamName>("stdout", "stderr"), bytes }), { maxLength: 8 });

/** Reads the log with each record cut into pieces of these sizes in turn. */
function extract(records: readonly Record[], sizes: readonly number[]): MetricLine[] {
  const extractor = createExtractor();
  const lines: MetricLine[] = [];
  let offset = 0;
  let turn = 0;
  for (const { stream, bytes } of records) {
    let at = 0;
    while (at < bytes.length) {
      const size = sizes[turn++ % sizes.length] ?? bytes.length;
      lines.push(...extractor.push(stream, bytes.slice(at, at + size), 7, offset + at));
      at += size;
    }
    offset += bytes.length;
  }
  return [...lines, ...extractor.end()];
}

describe("extraction", () => {
  test("does not depend on where the chunks were cut", () => {
    fc.assert(
      fc.property(log, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (records, sizes) => {
        expect(extract(records, sizes)).toEqual(extract(records, [Number.MAX_SAFE_INTEGER]));
      }),
      { numRuns: 500 },
    );
  });

  test("gives the lines of a stream in the order of the log, each offset within it", () => {
    fc.assert(
      fc.property(log, (records) => {
        const total = records.reduce((sum, { bytes }) => sum + bytes.length, 0);
        const lines = extract(records, [5]);
        for (const stream of ["stdout", "stderr"]) {
          const offsets = lines.filter((line) => line.stream === stream).map(({ offset }) => offset);
          expect(offsets).toEqual(offsets.toSorted((one, other) => one - other));
          for (const offset of offsets) expect(offset).toBeLessThanOrEqual(total);
        }
      }),
    );
  });

  test("never throws, and gives finite steps and at least one metric a line, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (noise) => {
        for (const { step, metrics } of extract([{ stream: "stdout", bytes: noise }], [100])) {
          expect(Number.isFinite(step)).toBe(true);
          expect(Object.keys(metrics).length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
