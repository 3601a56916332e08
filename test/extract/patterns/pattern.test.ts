import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePattern, PatternError } from "../../../src/extract/patterns/index.ts";

/** The groups of the first match, by name where they have one. */
function groupsOf(pattern: string, text: string): unknown {
  const compiled = compilePattern(pattern);
  const found = compiled.find(text);
  return found && Object.fromEntries(found.map((group, index) => [compiled.groups[index] ?? index, group]));
}

describe("a regular expression", () => {
  test.each([
    [String.raw`Iter\s+(?<it>\d+).*?psnr=(?<val>\S+)`, "Iter  12 t=3 psnr=31.5 x", { it: "12", val: "31.5" }],
    [String.raw`(?P<loss>[\d.]+)$`, "1.5 2.5", { loss: "2.5" }],
    ["(a|ab)(c|bcd)(d*)", "abcd", { 0: "a", 1: "bcd", 2: "" }],
    ["(?i)LOSS: (?<train/loss>.+)", "Loss: 3", { "train/loss": "3" }],
    ["x*?(x{2,3}?)(x*)", "xxxxx", { 0: "xx", 1: "xxx" }],
    [String.raw`\bacc\b\W+(\d+)`, "vacc 1 acc= 2", { 0: "2" }],
    ["[^\\]a-c]([]x-])", "cad]", { 0: "]" }],
    [String.raw`µ=(\x31\u0032)`, "µ=12", { 0: "12" }],
    ["(a)|(b)", "b", { 0: undefined, 1: "b" }],
    ["{(a{,2})", "{a{,2}", { 0: "a{,2}" }],
    ["", "x", {}],
    ["b(.)", "ab", undefined],
  ])("%j finds in %j", (pattern, text, groups) => {
    expect(groupsOf(pattern, text)).toEqual(groups);
  });

  test.each([
    ["a(?=b)", 2, "lookahead"],
    ["(?<!a)b", 1, "lookbehind"],
    [String.raw`(a)\1`, 4, "back-reference"],
    [String.raw`(?<x>a)\k<x>`, 8, "back-reference"],
    ["a(b", 2, "( without its )"],
    ["ab)", 3, ") without its ("],
    ["x[a", 2, "[ without its ]"],
    ["[z-a]", 2, "range z-a"],
    ["[[:digit:]]", 2, "POSIX"],
    ["a**", 3, "two quantifiers"],
    ["a++", 2, "possessive"],
    ["+a", 1, "nothing before it"],
    ["a{3,2}", 2, "the first number is the larger"],
    ["a{9999}", 2, "more than 500 times"],
    ["((a{100}){100}){100}", 1, "too long"],
    ["(?<1x>a)", 1, "'1x'"],
    ["(?<x>a)(?<x>b)", 8, "two groups named x"],
    ["a(?i)b", 2, "in front of the whole pattern"],
    ["a\\", 2, "backslash"],
    [String.raw`\p{L}`, 1, "\\p"],
    [String.raw`a\x4`, 2, "hexadecimal"],
    ["(".repeat(60), 51, "in each other"],
    ["a".repeat(2001), 1, "longer than"],
  ])("%j is refused at column %i for its %s", (pattern, column, words) => {
    expect(() => compilePattern(pattern)).toThrow(PatternError);
    expect(() => compilePattern(pattern)).toThrow(words);
    expect(columnOf(pattern)).toBe(column);
  });

  test("finds what JavaScript finds", () => {
    fc.assert(
      fc.property(
        expressions,
        fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 12 }),
        (pattern, text) => {
          const theirs = new RegExp(`(${pattern})`).exec(text);
          expect(compilePattern(`(${pattern})`).find(text)?.[0]).toEqual(theirs?.[1]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  // With these a search that goes back takes time that doubles with each letter.
  test.each(["(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){12}$", "(?:a?){50}a{50}b", "(x+x+)+y|(a*)*b$"])(
    "%s takes its time in proportion to the line",
    (pattern) => {
      const compiled = compilePattern(pattern);
      const seconds = (length: number): number => {
        const text = `${"a".repeat(length)}!b!`;
        const started = cpuMilliseconds();
        compiled.find(text);
        return cpuMilliseconds() - started;
      };
      seconds(1000);
      // Squared, it would be a hundred times as much.
      expect(seconds(100_000)).toBeLessThan(40 * Math.max(25, seconds(10_000)));
    },
    30_000,
  );
});

describe("a template", () => {
  test.each([
    ["loss {loss} acc {acc}%", "E1 | loss   0.5\tacc 91.2% done", { loss: "0.5", acc: "91.2" }],
    ["loss {loss:.4f}, step {step:d}", "loss 1.2e-3, step 1,200", { loss: "1.2e-3", step: "1,200" }],
    [
      "[{epoch}/{_}] * val/psnr={val/psnr} ({_})",
      "[3/10] eta 5s val/psnr=-inf (2)",
      { epoch: "3", "val/psnr": "-inf" },
    ],
    ["{{loss}} = {x}", "{loss} = NaN", { x: "NaN" }],
    ["loss {x}", "val_loss 1 loss 2", { x: "2" }],
    ["Verlust+: {x}", "Verlust+: 5.", { x: "5." }],
    ["α→{x}", "α→.5", { x: ".5" }],
    ["loss {x}", "loss none", undefined],
  ])("%j finds in %j", (template, text, groups) => {
    expect(groupsOf(template, text)).toEqual(groups);
  });

  test.each([
    ["loss {loss} {", 13, "{{"],
    ["{a} {a}", 5, "two placeholders named a"],
    ["{a} }", 5, "}}"],
  ])("%j is refused at column %i", (template, column, words) => {
    expect(() => compilePattern(template)).toThrow(words);
    expect(columnOf(template)).toBe(column);
  });
});

/** Of this process: other programs on the machine have no share of it. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function columnOf(pattern: string): number | undefined {
  try {
    compilePattern(pattern);
  } catch (error) {
    return error instanceof PatternError ? error.column : undefined;
  }
  return undefined;
}

/** Expressions in which nothing empty is repeated: there engines differ. */
const { expressions } = fc.letrec<{ expressions: string; some: string; piece: string }>((tie) => ({
  expressions: fc.oneof(
    fc.array(tie("piece"), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")),
    fc.tuple(tie("piece"), tie("piece")).map(([one, other]) => `${one}|${other}`),
  ),
  some: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\s", "\\S"),
    fc.array(tie("some"), { minLength: 1, maxLength: 3 }).map((parts) => `(?:${parts.join("")})`),
    fc.tuple(tie("some"), tie("some")).map(([one, other]) => `(?:${one}|${other})`),
  ),
  piece: fc.oneof(
    tie("some"),
    fc
      .tuple(tie("some"), fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}", "{0,2}?"))
      .map(([part, times]) => `${part}${times}`),
    fc.constantFrom("^", "$", "\\b", "\\B"),
  ),
}));
