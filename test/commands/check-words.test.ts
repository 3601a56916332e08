import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkWords } from "../../src/commands/check-words.ts";
import { UserError } from "../../src/model/error.ts";
import { flagSpecs } from "../../src/settings/flags.ts";

const check = (words: readonly string[], separated = true): void => checkWords(words, separated, flagSpecs());

describe("words that a parser can take are left to it:", () => {
  test.each([
    [],
    ["--interval", "5"],
    ["--interval=5", "--quiet", "--no-track-gpu"],
    // The value of a flag may look like anything.
    ["--name", "--quiet", "--tag", "--", "--interval", "-1", "--param", "a=b"],
    ["--unknown", "--also=unknown", "-x"],
  ])("%j", (...words) => {
    expect(() => check(words)).not.toThrow();
  });
});

describe("a slip is told by its cause:", () => {
  test.each([
    [
      ["--quiet", "python", "x.py"],
      false,
      /^the command python has no two dashes before it; type tracelet run --quiet -- python x\.py$/,
    ],
    [["-"], false, /^the command - has no two dashes/],
    [["python", "--quiet"], true, /^python stands before the two dashes/],
    [["--nme", "x"], true, /^there is no flag --nme; type --name, or tracelet run --help to see those there are$/],
    [["--interval_s=1"], true, /^there is no flag --interval_s; type --interval, or/],
    [["--quiet", "--name"], true, /^--name has no value behind it; type --name NAME$/],
    [["--per-cpu=yes"], true, /^--per-cpu is a switch and takes no value like 'yes'; type --per-cpu or --no-per-cpu$/],
    [["--no-per-cpu=yes"], true, /^--no-per-cpu is a switch .*; type --per-cpu or --no-per-cpu$/],
  ] as const)("%j", (words, separated, message) => {
    expect(() => check(words, separated)).toThrow(message);
  });
});

test("no words make anything but a mistake of the user's", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(...flagSpecs().flatMap(({ name }) => [`--${name}`, `--no-${name}`, `--${name}=1`])),
  );
  fc.assert(
    fc.property(fc.array(word), fc.boolean(), (words, separated) => {
      expect([undefined, UserError]).toContain(classOf(() => check(words, separated)));
    }),
  );
});

function classOf(act: () => void): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as object).constructor;
  }
}
