import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";

describe("a store with folders that are no runs", () => {
  test("is listed, and each is told in one sentence or shown as far as it can be read", async () => {
    const cwd = await temporaryFolder();
    const runs = join(cwd, ".tracelet", "runs");
    await tracelet(["run", "--name", "good", "--", "echo", "loss=1"], { cwd });
    await mkdir(join(runs, "20200101-000000-none"), { recursive: true });
    await mkdir(join(runs, "20200102-000000-fold", "journal.jsonl"), { recursive: true });
    await mkdir(join(runs, "20200103-000000-junk"));
    await writeFile(join(runs, "20200103-000000-junk", "journal.jsonl"), '\0\0\0junk\n{"type":"sample"\n');
    await writeFile(join(runs, "notes.txt"), "a file of the user's");

    const rows = JSON.parse(textOf(await tracelet(["runs", "--json"], { cwd })));
    expect(rows.map(({ name, status }: { name: string; status: string }) => [name, status])).toEqual([
      ["good", "finished"],
      ["", "crashed"],
      ["", "crashed"],
      ["", "crashed"],
    ]);
    for (const args of [
      ["show", "20200101"],
      ["show", "20200102"],
      ["show", "20200103"],
      ["export", "20200101"],
      ["export", "20200102"],
    ]) {
      const { code, stdout, errors } = await tracelet(args, { cwd });
      expect([code, stdout.length, errors]).toEqual([
        2,
        0,
        expect.stringMatching(/^tracelet: [^\n]+journal\.jsonl [^\n]+; type tracelet [^\n]+\n$/),
      ]);
    }
    const junk = await tracelet(["export", "20200103"], { cwd });
    expect([junk.code, junk.errors]).toEqual([
      0,
      expect.stringMatching(/^tracelet: \d+ damaged bytes .*; type tracelet show .*\n$/),
    ]);
  });

  test("does not hide what comes before and after a damaged line", async () => {
    const cwd = await temporaryFolder();
    await tracelet(["run", "--", "sh", "-c", "echo loss=1; echo loss=2"], { cwd });
    const [run = ""] = await readdir(join(cwd, ".tracelet", "runs"));
    const journal = join(cwd, ".tracelet", "runs", run, "journal.jsonl");
    await writeFile(journal, '\nhalf a rec\n{"type":"metrics","times', { flag: "a" });
    const shown = await tracelet(["show"], { cwd });
    expect([shown.code, shown.errors]).toEqual([0, ""]);
    expect(shown.stdout.toString()).toMatch(/^Damaged\n +\d+ B of the journal at byte \d+: /m);
    expect(JSON.parse(textOf(await tracelet(["show", "--json"], { cwd })))).toMatchObject({
      status: "finished",
      metrics: { loss: { count: 2 } },
      damage: [{ offset: expect.any(Number), bytes: 11 }],
    });
  });
});

test("an empty store is no mistake for a list, and one for the rest", async () => {
  const cwd = await temporaryFolder();
  expect(textOf(await tracelet(["runs"], { cwd }))).toMatch(
    /^there are no runs here yet; start one with: tracelet run/,
  );
  expect(textOf(await tracelet(["runs", "--json"], { cwd }))).toBe("[]\n");
  expect(await readdir(cwd)).toEqual([]);
});
