import { stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, textOf, tracelet } from "../support/tracelet.ts";

const LOG = "epoch 1: loss=0.5 acc=0.1\nepoch 2: loss=0.25 acc=nan\n";

describe("tracelet import", () => {
  test("makes a run of a log, with its metrics, its bytes and its time", async () => {
    const cwd = await temporaryFolder();
    const file = join(cwd, "old.log");
    await writeFile(file, LOG);
    const written = new Date("2025-03-01T12:00:00Z");
    await utimes(file, written, written);
    const args = ["import", "old.log", "--name", "baseline", "--param", "lr=3e-4"];
    const told = textOf(await tracelet(args, { cwd }));
    expect(told).toMatch(/^baseline \(20250301-120000-\w{4}\) has 4 points; look at it: tracelet show 20250301-/);
    const run = JSON.parse(textOf(await tracelet(["show", "baseline", "--json"], { cwd })));
    expect(run).toMatchObject({ name: "baseline", status: "finished", params: { lr: "3e-4" } });
    const points = textOf(await tracelet(["export", "baseline", "--format", "csv"], { cwd }))
      .trimEnd()
      .split("\n");
    expect(points.slice(1)).toEqual([
      "loss,0.5,1,2025-03-01T12:00:00.000Z,training",
      "acc,0.1,1,2025-03-01T12:00:00.000Z,training",
      "loss,0.25,2,2025-03-01T12:00:00.000Z,training",
      "acc,NaN,2,2025-03-01T12:00:00.000Z,training",
    ]);
    const [, id = ""] = /\(([^)]+)\)/.exec(told) ?? [];
    expect((await stat(join(cwd, ".tracelet", "runs", id, "output.log"))).size).toBe(LOG.length);
  });

  test("leaves no run behind when the log cannot be read", async () => {
    const cwd = await temporaryFolder();
    const { code, errors } = await tracelet(["import", "no-such.log"], { cwd });
    expect(code).not.toBe(0);
    expect(errors).toMatch(/^tracelet: the log no-such\.log cannot be read/);
    expect(textOf(await tracelet(["runs", "--json"], { cwd })).trim()).toBe("[]");
  });
});
