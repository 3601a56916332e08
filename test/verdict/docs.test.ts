import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RULES } from "../../src/verdict/rules.ts";

test("docs/verdict.md has each rule, in the order in which they count", async () => {
  const text = await readFile(join(import.meta.dirname, "../../docs/verdict.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\|/gm)].map((match) => match[1]);
  expect(rows).toEqual(RULES.map(({ id }) => id));
});
