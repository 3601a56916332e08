import { join } from "node:path";
import { expect, test } from "vitest";

import { unitOf } from "../../src/model/units.ts";
import { allMetrics } from "../../src/probes/index.ts";
import { metricsReference } from "./metrics-reference.ts";

test("docs/metrics.md is what the probes declare (npx vitest run test/probes/metrics-reference.test.ts -u writes it anew)", async () => {
  await expect(metricsReference()).toMatchFileSnapshot(join(import.meta.dirname, "../../docs/metrics.md"));
});

test("the reference has every metric", () => {
  const text = metricsReference();
  for (const { key } of allMetrics()) expect(text).toContain(`| \`${key}\``);
});

test("the unit that a key ends with is the one that its probe declares", () => {
  const told = allMetrics().map(({ key }) => [key, unitOf(key)]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(allMetrics().map(({ key, unit }) => [key, unit])));
});
