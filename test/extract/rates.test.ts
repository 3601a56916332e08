import { expect, test } from "vitest";
import { points } from "./points.ts";

test.each([
  ["Img/sec per GPU: 124.5 +-1.25", "Img/sec_per_GPU=124.5@0"],
  ["Iter #3: 123.5 img/sec per GPU", "img/sec_per_GPU=123.5@3"],
  ["1\timages/sec: 123.5 +/- 0.0 (jitter = 0.0)\t8.125", "images/sec=123.5@1"],
  ["[Epoch 0 Batch 100/1000] throughput=12.5K wps, ppl=61.5", "throughput=12500@100 ppl=61.5@100"],
  ["step=3 sec per GPU: 12.5", ""],
])("a rate is read from %o", (line, expected) => {
  expect(points(line)).toBe(expected);
});
