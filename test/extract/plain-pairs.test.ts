import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMessageReader } from "../../src/extract/messages.ts";
import { createNameBook } from "../../src/extract/names/name-book.ts";
import { METRIC_WORDS, OTHER_TELLING_WORDS } from "../../src/extract/names/name-vocabulary.ts";
import { createPlainPairReader } from "../../src/extract/quick/plain-pairs.ts";
import { namesOf } from "../../src/extract/relevance.ts";
import { RANKED_WORDS } from "../../src/extract/names/step-names.ts";

const names = createNameBook();
const reader = createPlainPairReader(names);
/** The line stands between others. */
const read = (line: string) => {
  const bytes = Buffer.from(`1${line}0`);
  return reader(bytes, 1, bytes.length - 1);
};
const byDialects = (line: string) => createMessageReader(names).read(line).entries;

test.each([
  "loss=0.5 acc=0.75",
  "xq: 3 zv=0.25,",
  "# foo: 3 bar=0.5",
  "epoch: 3 | loss: 0.5 | lr: -12.125",
  "a/b=1, c_d=2,e-f=3",
  "Loss=0.5 PPL=1 x2=3",
  "loss=1 loss=2 loss=3",
])("reads %o without asking the dialects", (line) => {
  const plain = read(line);
  expect(plain?.entries).toEqual(byDialects(line));
  expect(plain?.names).toEqual(namesOf(plain?.entries ?? [], names));
});

test.each([
  ["a position alone may be a sentence", "step: 12"],
  ["a single letter may be a position", "i=5 loss=0.5"],
  ["a split's name makes others", "train=0.5 val=0.25"],
  ["settings are in no pairs", "config: 5 a=1"],
  ["a level is no name", "INFO: 5 a=1"],
  ["a word between", "loss=0.5 saved acc=1"],
  ["a unit", "loss=0.5ms"],
  ["an exponent", "loss=5e-3"],
  ["a number that is none", "loss=1.2.3"],
  ["a version", "v2=5 a=1"],
  ["more digits than a double has", "loss=1234567890123456"],
])("leaves to the dialects: %s", (_, line) => {
  expect(read(line)).toBeUndefined();
});

const word = fc.oneof(
  fc.constantFrom(...METRIC_WORDS, ...OTHER_TELLING_WORDS, ...RANKED_WORDS),
  fc.constantFrom(
    ..."config args save saving better best train val dev nan inf info v1 INFO Error x2 a1f0 5D".split(" "),
  ),
  fc.stringMatching(/^[a-z]{1,6}$/),
  fc.stringMatching(/^[a-zA-Z\d]{1,8}$/),
);
const name = fc.array(fc.tuple(word, fc.constantFrom("", "", "_", "/", "-", ".")), { minLength: 1, maxLength: 4 });
const number = fc.oneof(
  fc.constantFrom("0", "1", "007", "0.5", "-3", "-0", "12.", ".5", "1e5", "12,345", "3/10", "nan", "5%", "1.2.3"),
  fc.stringMatching(/^-?\d{1,18}(?:\.\d{1,18})?$/),
);
const pair = fc.tuple(
  name,
  fc.constantFrom("=", "=", ": ", ":", " "),
  number,
  fc.constantFrom(" ", ", ", ",", " | ", "  "),
);
const line = fc
  .tuple(fc.constantFrom("", "", "# ", "#", "| "), fc.array(pair, { minLength: 1, maxLength: 12 }))
  .map(([lead, pairs]) => lead + pairs.flatMap(([key, ...rest]) => [...key.flat(), ...rest]).join(""));

describe("what is read without them", () => {
  test("is what the dialects find", () => {
    fc.assert(
      fc.property(line, (text) => {
        const plain = read(text.trimEnd());
        if (plain === undefined) return;
        expect(plain.entries).toEqual(byDialects(text.trimEnd()));
        expect(plain.names).toEqual(namesOf(plain.entries, names));
      }),
      { numRuns: 3000 },
    );
  });
});
