import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readOnlyJournal, runFolders, temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";

const RULES = `
exclude = ["*_time"]

[[metric]]
pattern = "Wombat {it}: q={quux}"
step = "it"

[[metric]]
pattern = '(a+)+$|zeit (?<value>\\d+)ms'
name = "step_ms"
`;

const LOG = "Wombat 7: q=1.5 zeit 30ms\nepoch 3 loss=0.5 foo_time=3\n";

async function folderWithRules(): Promise<string> {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, "tracelet.toml"), RULES);
  return cwd;
}

async function metricsIn(cwd: string): Promise<unknown[]> {
  const journal = await readOnlyJournal(cwd);
  return journal.flatMap(({ type, step, metrics }) => (type === "metrics" ? { step, metrics } : []));
}

describe("rules of the user's own", () => {
  test("hold in a run", async () => {
    const cwd = await folderWithRules();
    await tracelet(["run", "--", "printf", LOG], { cwd });
    expect(await metricsIn(cwd)).toEqual([
      { step: 7, metrics: { quux: 1.5, step_ms: 30 } },
      { step: 3, metrics: { loss: 0.5 } },
    ]);
  });

  test("hold in what is imported, and in what extract shows, which names them", async () => {
    const cwd = await folderWithRules();
    await tracelet(["import"], { cwd, input: LOG });
    expect(await metricsIn(cwd)).toHaveLength(2);
    const explained = textOf(await tracelet(["extract", "--explain", "--exclude", "x"], { cwd, input: LOG }));
    expect(explained).toContain(
      "[[metric]] number 1 in tracelet.toml, [[metric]] number 2 in tracelet.toml -> quux=1.5 @7",
    );
    expect(explained).toContain("pairs -> loss=0.5 @3");
    const left = textOf(await tracelet(["extract", "--explain", "--include", "x"], { cwd, input: LOG }));
    expect(left).toContain("nothing: left out by include or exclude");
  });

  test("with a mistake end tracelet before the command is launched, and name the column", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "tracelet.toml"), "[[metric]]\npattern = 'loss (?=x)'\n");
    const { code, stdout, errors } = await tracelet(["run", "--", "echo", "launched"], { cwd });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 125, stdout: "" });
    expect(errors).toMatch(
      /^tracelet: the pattern of \[\[metric\]\] number 1 in tracelet\.toml is 'loss \(\?=x\)', which at column 6 has a lookahead/,
    );
    expect(await runFolders(cwd)).toEqual([]);
  });
});

test("--no-track-metrics looks for none, rules or not", async () => {
  const cwd = await folderWithRules();
  await tracelet(["run", "--no-track-metrics", "--", "printf", LOG], { cwd });
  expect(await metricsIn(cwd)).toEqual([]);
});
