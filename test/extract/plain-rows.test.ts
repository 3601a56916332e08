import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createMessageReader } from "../../src/extract/messages.ts";

/** What is remembered behind the first rows of a block. */
function inBlock() {
  const messages = createMessageReader();
  messages.read("| rollout/ | |");
  messages.read("| ep_rew_mean | 12.5 |");
  expect(messages.isInBlock()).toBe(true);
  return messages;
}

test("a row of a block is told by a look", () => {
  expect(inBlock().readRow("|    fps      | 1200 |")?.entries).toEqual([{ key: "rollout/fps", value: 1200 }]);
});

test.each(["| save/best | 1 |", "| better | 1 |", "| ERROR | 1 |", "| loss | 0.5s |", "loss  0.5", "| a b | 1 |"])(
  "%o is left to the rules",
  (row) => {
    expect(inBlock().readRow(row)).toBeUndefined();
  },
);

test("no row is told by a look where no block is open", () => {
  expect(createMessageReader().readRow("| fps | 1200 |")).toBeUndefined();
});

test("what is told by a look is what the rules say", () => {
  const name = fc.oneof(
    fc.constantFrom(
      ..."loss fps step epoch time/fps save best save/best better Error WARNING INFO config x2 _ a- train".split(" "),
    ),
    fc.stringMatching(/^[a-zA-Z_][\w./-]{0,8}$/),
  );
  const number = fc.oneof(
    fc.constantFrom("1", "-0", "007", "1e5", "5.", "nan", ""),
    fc.stringMatching(/^-?\d{1,17}(?:\.\d{1,17})?$/),
  );
  const gap = fc.constantFrom("", " ", "  ", "    ");
  fc.assert(
    fc.property(name, number, gap, gap, gap, (key, value, before, between, behind) => {
      const row = `${before}|${between}${key}${between}|${behind}${value} |`;
      const found = inBlock().readRow(row);
      if (found === undefined) return;
      const messages = inBlock();
      const memory = messages.memory();
      expect(found.entries).toEqual(messages.read(row).entries);
      expect(messages.memory()).toBe(memory);
    }),
    { numRuns: 2000 },
  );
});
