import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { rasterise } from "../../src/report/rasterise.ts";
import { drawResourceUsage } from "../../src/report/resource-usage.ts";
import type { ResourceUsage, UsagePart } from "../../src/report/usage-fold.ts";

const part = (second: number, mean: number, change: Partial<UsagePart> = {}): UsagePart => ({
  from: second,
  to: second,
  mean,
  min: mean,
  max: mean,
  isAfterGap: false,
  ...change,
});
const usage = (change: Partial<ResourceUsage> = {}): ResourceUsage => ({
  name: "brave-otter-23",
  id: "20261122-201530-k3f9",
  seconds: 120,
  lines: [
    { usage: "CPU", devices: 1, mean: 52.3, peak: 97, parts: [part(0, 3), part(60, 60), part(119, 97)] },
    { usage: "GPU", devices: 4, mean: 88, peak: 100, parts: [part(0, 0), part(60, 100), part(119, 95)] },
  ],
  ...change,
});
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);

describe("the picture of what a run used", () => {
  let font = Buffer.alloc(0);
  let png: Uint8Array = font;

  beforeAll(async () => {
    font = await readFile(join(import.meta.dirname, "../../src/report/font/DejaVuSans.ttf"));
    // Once in a process; what else is drawn here goes by the same WebAssembly.
    png = await rasterise(drawResourceUsage(usage()), font);
  });

  test("has a title, labels on both axes and what each line is", () => {
    expect(textsOf(drawResourceUsage(usage()))).toEqual([
      "Resource usage",
      "brave-otter-23 (20261122-201530-k3f9)",
      "CPU",
      "average 52 %, peak 97 %",
      "GPU utilization (mean of 4)",
      "average 88 %, peak 100 %",
      "0",
      "25",
      "50",
      "75",
      "100",
      "percent",
      "0",
      "20",
      "40",
      "60",
      "80",
      "100",
      "120",
      "seconds since the start",
    ]);
  });

  test.each([
    [0.5, ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]],
    [2, ["0.0", "0.5", "1.0", "1.5", "2.0"]],
    [86_400, ["0", "20 000", "40 000", "60 000", "80 000"]],
  ])("has few and round times on an axis of %d seconds", (seconds, times) => {
    const lines = [{ usage: "CPU", devices: 1, mean: 1, peak: 1, parts: [part(seconds, 1)] }] as const;
    const texts = textsOf(drawResourceUsage(usage({ seconds, lines })));
    expect(texts.slice(texts.indexOf("percent") + 1, -1).map((text) => text?.replace("\u00a0", " "))).toEqual(times);
  });

  test("draws no line over a gap, and a band where a part is more than one reading", () => {
    const parts = [part(0, 5), part(10, 5, { min: 1, max: 9 }), part(100, 5, { isAfterGap: true }), part(110, 5)];
    const svg = drawResourceUsage(usage({ lines: [{ usage: "CPU", devices: 1, mean: 5, peak: 9, parts }] }));
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg.match(/<polygon/g)).toHaveLength(1);
  });

  test("is an SVG that resvg draws, whatever the name of the run", async () => {
    const names = fc.sample(fc.string({ unit: "binary", maxLength: 200 }), { numRuns: 20, seed: 1 });
    const all = [...names, "</text><script>", "\ud800 \u0000 \u202e", "模型 🚀"].map((name) =>
      drawResourceUsage(usage({ name })),
    );
    for (const svg of all) expect(svg.match(/<script/)).toBeNull();
    const { Resvg } = await import("@resvg/resvg-wasm");
    for (const svg of all) expect(new Resvg(svg).width).toBe(1000);
  });

  test("has its text on a machine without fonts", async () => {
    const { Resvg } = await import("@resvg/resvg-wasm");
    const without = new Resvg(drawResourceUsage(usage())).render().asPng();
    expect(Buffer.from(png).subarray(1, 4).toString()).toBe("PNG");
    expect(png.length).toBeGreaterThan(without.length + 2000);
  });
});
