import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isMetricWord, isQualifier, kindOf } from "../../src/extract/names/names.ts";
import { METRIC_WORDS, OTHER_TELLING_WORDS } from "../../src/extract/names/name-vocabulary.ts";
import { wordsOf } from "../../src/extract/names/name-words.ts";
import { splitOf } from "../../src/extract/pairs/line-splits.ts";
import { RANKED_WORDS, stepRank } from "../../src/extract/names/step-names.ts";
import { createTellingWords, tellsNothing } from "../../src/extract/names/telling-words.ts";

const telling = createTellingWords();

const word = fc.oneof(
  fc.constantFrom(...METRIC_WORDS, ...OTHER_TELLING_WORDS, ...RANKED_WORDS),
  fc.constantFrom(..."trainloss valacc gpumem foo bar abc item es ecs rollout length best so far".split(" ")),
  fc.stringMatching(/^[a-z]{0,6}$/),
);
const name = fc
  .array(fc.tuple(word, fc.constantFrom("_", "/", "__", "_/")), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.flat().slice(0, -1).join(""));

/** The same with some letters as capitals: `avgPool`, `Total_T`. */
const capitalized = fc
  .tuple(name, fc.array(fc.nat(30), { maxLength: 4 }))
  .map(([text, places]) =>
    places.reduce(
      (changed, at) => changed.slice(0, at) + changed.slice(at, at + 1).toUpperCase() + changed.slice(at + 1),
      text,
    ),
  );

test("a name whose words tell nothing is unknown, and no position", () => {
  fc.assert(
    fc.property(fc.oneof(name, capitalized), (text) => {
      if (!tellsNothing(telling, text)) return;
      expect(kindOf(text)).toBe("unknown");
      expect(stepRank(text)).toBeUndefined();
      // `vAl` is none of the names that are compared so.
      expect(/[a-z][A-Z]/.test(text) || splitOf(text) === undefined).toBe(true);
      expect(wordsOf(text).every((part) => isQualifier(part) || isMetricWord(part))).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

test("the words of a name are those between its signs and its capitals", () => {
  const pieces = fc.constantFrom(..."mIoU IoU chrF2 logZ log loss ACC a B 1 22 _ / - @ é µ . ( train Val".split(" "));
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.stringMatching(/^[a-zA-Z0-9]{0,3}$/)), { maxLength: 6 }), (parts) => {
      const text = parts.join("");
      const whole = text.replace(/(?<=I)oU|chrF|(?<![\p{L}\p{N}])log\p{Lu}(?!\p{L})/gu, (part) => part.toLowerCase());
      const spaced = whole.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2").toLowerCase();
      expect(wordsOf(text)).toEqual(spaced.match(/[\p{L}\p{N}]+/gu) ?? []);
    }),
    { numRuns: 5000 },
  );
});

test.each(["foo", "foo_bar", "abc/xyz", "Foo", "fooPool"])("%o tells nothing", (text) => {
  expect(tellsNothing(telling, text)).toBe(true);
});

test.each(["loss", "foo_loss", "valacc", "gpumem", "ABC", "Foo_T", "fooLoss", "x1", "", "_", "a b"])(
  "%o has to be looked at",
  (text) => {
    expect(tellsNothing(telling, text)).toBe(false);
  },
);
