import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Score, scoresOf } from "../support/corpus.ts";

const FOLDER = fileURLToPath(new URL("../fixtures/corpus", import.meta.url));

/** Real console output, with the points that it must give: test/fixtures/corpus/README.md. */
describe.each(["dev", "own"])("of the corpus %s,", (part) => {
  const scores = scoresOf(`${FOLDER}/${part}`);

  test("every log has the score on record; -u records a new one", async () => {
    const lines = Object.entries(scores).map(([name, score]) => `  ${JSON.stringify(name)}: ${JSON.stringify(score)}`);
    await expect(`{\n${lines.join(",\n")}\n}\n`).toMatchFileSnapshot(`${FOLDER}/scores-${part}.json`);
  });

  test("98 % of what is wanted is found, with its step, and 98 % of what is found may be", () => {
    const sum = (pick: (score: Score) => number): number =>
      Object.values(scores).reduce((total, score) => total + pick(score), 0);
    expect(sum(({ found }) => found) / sum(({ wanted }) => wanted)).toBeGreaterThanOrEqual(0.98);
    expect(sum(({ wrong }) => wrong) / sum(({ emitted }) => emitted)).toBeLessThanOrEqual(0.02);
  });

  test("logs of nothing but other things have no wrong point", () => {
    const others = Object.entries(scores).filter(([, { wanted }]) => wanted === 0);
    expect(others.filter(([, { wrong }]) => wrong > 0)).toEqual([]);
  });
});
