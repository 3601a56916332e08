import { describe, expect, test } from "vitest";
import { createExtractor } from "../../src/extract/index.ts";
import { matchesGlob } from "../../src/extract/rules/globs.ts";
import { selectionOf } from "../../src/extract/rules/selection.ts";
import type { MetricRule } from "../../src/model/settings.ts";

const EVERYTHING = { trackMetrics: true, metric: [], include: [], exclude: [] };

async function found(
  lines: readonly string[],
  settings: Partial<Parameters<typeof selectionOf>[0]>,
): Promise<string[]> {
  const extractor = createExtractor(await selectionOf({ ...EVERYTHING, ...settings }));
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  return [...extractor.push("stdout", bytes, 0, 0), ...extractor.end()].map(
    ({ step, metrics }) =>
      `${step}: ${Object.entries(metrics)
        .map((entry) => entry.join("="))
        .join(" ")}`,
  );
}

function rules(...given: Omit<MetricRule, "label">[]): { metric: MetricRule[] } {
  return { metric: given.map((rule, index) => ({ ...rule, label: `[[metric]] number ${index + 1} in x.toml` })) };
}

describe("a rule", () => {
  test("names a metric for each group, and its step", async () => {
    const given = rules({ pattern: "Wombat {it}: q={quux} t={time}", step: "it" });
    expect(await found(["Wombat 7: q=1.5 t=3"], given)).toEqual(["7: quux=1.5 time=3"]);
  });

  test("takes the step of other lines where it has none, and counts where there is no other", async () => {
    const given = rules({ pattern: "q={quux}" });
    expect(await found(["q=1", "q=2", "Epoch 9", "q=3"], given)).toEqual(["0: quux=1", "1: quux=2", "9: quux=3"]);
  });

  test("has a group that is named as a position for a position", async () => {
    const given = rules({ pattern: String.raw`(?<epoch>\d+)/(?<q>\d+)` });
    expect(await found(["4/12"], given)).toEqual(["4: q=12"]);
  });

  test("with a name is about its only group, or the one named value", async () => {
    const given = rules(
      { pattern: String.raw`zeit (\d+)ms`, name: "step ms" },
      { pattern: String.raw`(\w+) -> (?<value>\S+)`, name: "val/q" },
    );
    expect(await found(["zeit 30ms", "a -> -inf"], given)).toEqual(["0: step_ms=30", "0: val/q=-Infinity"]);
  });

  test("takes a line from the dialects, and shares it with other rules, of which the first names a metric", async () => {
    const given = rules({ pattern: "l={loss}" }, { pattern: "l={loss} m={acc}" });
    expect(await found(["step 3 l=0.5 m=7 n=9", "step 4 loss=0.4"], given)).toEqual([
      "0: loss=0.5 acc=7",
      "4: loss=0.4",
    ]);
  });

  test("passes over what is no number, and with it a line that has none", async () => {
    const given = rules({ pattern: String.raw`a=(?<a>\S+) b=(?<b>\S+)` });
    expect(await found(["a=x b=2", "loss=1 a=x b=y"], given)).toEqual(["0: b=2", "0: loss=1"]);
  });

  test("sees the line as a terminal shows it", async () => {
    expect(await found(["old\r\u001b[31mq\u001b[0m=1"], rules({ pattern: String.raw`^q=(?<q>\S+)` }))).toEqual([
      "0: q=1",
    ]);
  });

  test("is not hung by any line", async () => {
    const given = rules({ pattern: "(?<x>(a+)+)$", name: "q", step: "x" });
    const line = "a".repeat(100_000);
    const started = process.cpuUsage();
    expect(await found([`${line}1`, `${line}!1 loss=3`], given)).toEqual([]);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
  });

  test.each([
    [
      { pattern: "a(b" },
      "the pattern of [[metric]] number 1 in x.toml is 'a(b', which at column 2 has a ( without its )",
    ],
    [{ pattern: "loss" }, 'which has no group for a number; type pattern = "loss {loss}"'],
    [{ pattern: "{_a}" }, "which has no group for a number"],
    [
      { pattern: "{a}", step: "b" },
      "step of [[metric]] number 1 in x.toml is 'b', which is no group of its pattern; there is a",
    ],
    [{ pattern: "{a} {b}", name: "c" }, "has 2 groups for it; type (?<value>…) for the one"],
    [{ pattern: "{a}", name: "c", step: "a" }, "has no group for it"],
  ])("%j is refused", async (rule, words) => {
    await expect(selectionOf({ ...EVERYTHING, ...rules(rule) })).rejects.toThrow(words);
  });
});

describe("of the names", () => {
  const lines = ["step 1 loss=1 val/loss=2 acc=3 lr_time=4"];

  test.each([
    [{ include: ["*loss"] }, ["1: loss=1 val/loss=2"]],
    [{ exclude: ["val/*", "acc"] }, ["1: loss=1"]],
    [{ include: ["*loss"], exclude: ["val*"] }, ["1: loss=1"]],
    [{ include: ["x"] }, []],
    [{ trackMetrics: false }, []],
  ])("with %j there count", async (settings, points) => {
    expect(await found(lines, settings)).toEqual(points);
  });

  test.each([
    ["", "", true],
    ["*", "", true],
    ["", "a", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["*a*b", "xaxbxb", true],
    ["*a*b", "xaxbx", false],
    ["val/**", "val/a/b", true],
    ["LOSS", "loss", false],
    ["[ab]", "a", false],
    [`${"*a".repeat(50)}b`, "a".repeat(5000), false],
  ])("%j and %j", (glob, name, matches) => {
    expect(matchesGlob(glob, name)).toBe(matches);
  });
});
