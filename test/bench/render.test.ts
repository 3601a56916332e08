import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
// @ts-expect-error plain JavaScript, without types
import { fill, renderFigures, renderPeers, withSection } from "../../bench/render.mjs";

const RESULTS = {
  cpu: "Some CPU",
  cores: 2,
  kernel: "6.1.2-extra",
  node: "v20.1.0",
  python: "Python 3.11.7",
  date: "2026-01-02",
  quick: false,
  benches: {
    relay: {
      figures: [{ id: "time", value: 1120, unit: "ms", yardsticks: [{ name: "tee", value: 1000, ratio: 1.12 }] }],
    },
    peers: {
      figures: [
        { id: "tracelet:added", value: 0.2, unit: "s", yardsticks: [] },
        { id: "other:added", value: 0.1, unit: "s", yardsticks: [] },
        { id: "tracelet:slowdown", value: 0.2, unit: "percent", yardsticks: [] },
        { id: "tracelet:slowdown_low", value: -0.1, unit: "percent", yardsticks: [] },
        { id: "tracelet:slowdown_high", value: 0.5, unit: "percent", yardsticks: [] },
        { id: "other:slowdown", value: 0.1, unit: "percent", yardsticks: [] },
      ],
    },
  },
};

test.each([
  ["{relay:time/tee|2} × `tee`", "1.12 × `tee`"],
  ["{relay:time|0} ms", "1,120 ms"],
  ["no figure in it", "no figure in it"],
  ["{relay:time/cat|2} × `cat`", "not measured"],
  ["{startup:launch|2}", "not measured"],
])("%j becomes %j", (template, text) => {
  expect(fill(template, RESULTS)).toBe(text);
});

test("the table says where its figures are from, and has a row for each, measured or not", () => {
  const lines: string[] = renderFigures(RESULTS).split("\n");
  expect(lines[0]).toContain("2 cores (Some CPU) with Linux 6.1.2, Node 20.1.0 and Python 3.11.7, on 2026-01-02.");
  expect(lines).toContainEqual(
    expect.stringMatching(/\| 1\.12 × the time of `tee FILE` \| `node bench\/relay\.mjs` \|$/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/\| not measured \| `node bench\/startup\.mjs` \|$/));
});

test("where another tool surely needs less, that is told with the reason", () => {
  const text: string = renderPeers(RESULTS);
  expect(text).toContain("| tracelet | 0.20 s | not measured | 0.2 % (−0.1 to 0.5) | not measured |");
  expect(text).toMatch(/^- added to a short command: less with other\. Why: .+\.$/m);
  expect(text).not.toMatch(/^- slowdown/m);
});

test("a section is replaced between its markers, and nowhere else", () => {
  const text = "before\n<!-- a -->\nold\n<!-- /a -->\nafter";
  expect(withSection(text, "a", "new")).toBe("before\n<!-- a -->\n\nnew\n\n<!-- /a -->\nafter");
  expect(() => withSection(text, "b", "new")).toThrow("there is no <!-- b -->");
});

test("the README has a place for both tables", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  for (const name of ["figures", "peers"]) expect(withSection(readme, name, "")).toContain(`<!-- /${name} -->`);
});
