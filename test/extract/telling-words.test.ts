import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isMetricWord, isQualifier, kindOf, METRIC_WORDS, OTHER_TELLING_WORDS } from "../../src/extract/names.ts";
import { wordsOf } from "../../src/extract/name-words.ts";
import { splitOf } from "../../src/extract/line-splits.ts";
import { RANKED_WORDS, stepRank } from "../../src/extract/step-names.ts";
import { createTellingWords, tellsNothing } from "../../src/extract/telling-words.ts";

const telling = createTellingWords();

const word = fc.oneof(
  fc.constantFrom(...METRIC_WORDS, ...OTHER_TELLING_WORDS, ...RANKED_WORDS),
  fc.constantFrom(..."trainloss valacc gpumem foo bar abc item es ecs rollout length best so far".split(" ")),
  fc.stringMatching(/^[a-z]{0,6}$/),
);
const name = fc
  .array(fc.tuple(word, fc.constantFrom("_", "/", "__", "_/")), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.flat().slice(0, -1).join(""));

test("a name whose words tell nothing is unknown, and no position", () => {
  fc.assert(
    fc.property(name, (text) => {
      if (!tellsNothing(telling, text)) return;
      expect(kindOf(text)).toBe("unknown");
      expect(stepRank(text)).toBeUndefined();
      expect(splitOf(text)).toBeUndefined();
      expect(wordsOf(text).every((part) => isQualifier(part) || isMetricWord(part))).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

test.each(["foo", "foo_bar", "abc/xyz"])("%o tells nothing", (text) => {
  expect(tellsNothing(telling, text)).toBe(true);
});

test.each(["loss", "foo_loss", "valacc", "gpumem", "Foo", "x1", "", "_", "a b"])("%o has to be looked at", (text) => {
  expect(tellsNothing(telling, text)).toBe(false);
});
