import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createKeyFilter } from "../../src/extract/rules/key-filter.ts";

test("a filter may have every key that it was made of", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 20 })), (keys) => {
      const filter = createKeyFilter(keys);
      expect(keys.every((key) => filter.mayHave(key))).toBe(true);
    }),
  );
});

test("a filter of as many keys as any log may have tells most others apart", () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `name_${(index * 7919).toString(36)}`);
  const filter = createKeyFilter(names.slice(0, 10_000));
  const taken = names.slice(10_000).filter((name) => filter.mayHave(name)).length;
  expect(taken).toBeLessThan(1000);
});
