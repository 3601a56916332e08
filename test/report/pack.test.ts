import * as fc from "fast-check";
import { expect, test } from "vitest";
import { packPage, packSeries } from "../../src/report/pack.ts";
import { readPageData } from "../../src/report/page/decode.ts";

const bucket = fc.record({
  gap: fc.integer({ min: 1, max: 4_000_000_000 }),
  step: fc.integer({ min: 0, max: 2 ** 40 }),
  value: fc.float({ noNaN: true, noDefaultInfinity: true }),
  more: fc.float({ noNaN: true, min: 0, max: 1000 }),
});

test("what is packed into a page is what its script reads", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(bucket, { maxLength: 50 }), { maxLength: 4 }),
      fc.boolean(),
      async (all, hasSteps) => {
        let time = 0;
        const lists = all.map((list) => {
          time = 0;
          return list.map(({ gap, step, value, more }) => ({
            time: (time += gap),
            step,
            count: 1,
            mean: value,
            min: Math.fround(value - more),
            max: Math.fround(value + more),
          }));
        });
        const packed = lists.map((list) => packSeries(list, [{ time: 5, step: 6, value: Number.NaN }], hasSteps));
        const data = {
          started: 1,
          duration: 2,
          zone: "UTC",
          series: packed.map(({ layout }) => layout),
          charts: [],
          marks: [],
        };
        const read = await readPageData(packPage(data, packed));
        expect(read.data).toEqual(data);
        for (const [index, list] of lists.entries()) {
          const series = read.series[index];
          expect([...(series?.times ?? [])]).toEqual(list.map((one) => one.time / 1000));
          expect([...(series?.mean ?? [])]).toEqual(list.map(({ mean }) => mean));
          expect([...(series?.min ?? [])]).toEqual(list.map(({ min }) => min));
          expect([...(series?.max ?? [])]).toEqual(list.map(({ max }) => max));
          expect(series?.steps && [...series.steps]).toEqual(hasSteps ? list.map(({ step }) => step) : undefined);
          expect(series?.odd).toEqual([[5, 6, "nan"]]);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("a number that has no room stays finite", async () => {
  const packed = packSeries([{ time: 0, step: 0, count: 1, mean: 1e300, min: -1e300, max: 1e300 }], [], false);
  const data = { started: 1, duration: 2, zone: "UTC", series: [packed.layout], charts: [], marks: [] };
  const [series] = (await readPageData(packPage(data, [packed]))).series;
  expect([series?.min[0], series?.max[0]].every(Number.isFinite)).toBe(true);
});
