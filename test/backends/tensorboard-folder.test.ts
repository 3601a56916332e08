import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { fillFolder } from "../../src/backends/folder-template.ts";
import { claimFolder, eventFilePath, eventFilesOf } from "../../src/backends/tensorboard-folder.ts";
import { metricTag } from "../../src/backends/tensorboard-tags.ts";

describe("the folder of a run", () => {
  let wanted: string;
  beforeEach(async () => {
    const root = await mkdtemp(join(tmpdir(), "tracelet-folder-"));
    onTestFinished(() => rm(root, { recursive: true }));
    wanted = join(root, "runs", "x");
  });

  test("is the wanted one, the same for all runs of a chain, and no other run's", async () => {
    expect(await claimFolder(wanted, "a")).toBe(wanted);
    expect(await claimFolder(wanted, "b")).toBe(`${wanted}-2`);
    expect(await claimFolder(wanted, "a")).toBe(wanted);
    expect(await claimFolder(wanted, "b")).toBe(`${wanted}-2`);
  });

  test("may be there already, but not with the event files of somebody else", async () => {
    await mkdir(wanted, { recursive: true });
    await writeFile(join(wanted, "model.pt"), "");
    expect(await claimFolder(wanted, "a")).toBe(wanted);
    await mkdir(`${wanted}-y`);
    await writeFile(join(`${wanted}-y`, "events.out.tfevents.1.host.1.0"), "");
    expect(await claimFolder(`${wanted}-y`, "b")).toBe(`${wanted}-y-2`);
  });

  test("is one each when a hundred runs want it at once", async () => {
    const claims = Array.from({ length: 100 }, (_, run) => claimFolder(wanted, `run ${run}`));
    expect(new Set(await Promise.all(claims)).size).toBe(100);
    expect(await readdir(join(wanted, ".."))).toHaveLength(100);
  });

  test("has files that are found again by the run's id", async () => {
    await mkdir(wanted, { recursive: true });
    const run = { id: "20261122-201530-k3f9", host: "node.example.org", started: 1_795_378_530_500 };
    const paths = [1, 2].map((generation) => eventFilePath(wanted, run, generation));
    expect(paths[0]).toBe(join(wanted, "events.out.tfevents.1795378530.node-example-org.20261122-201530-k3f9"));
    for (const path of [...paths, eventFilePath(wanted, { ...run, id: "20261122-201530-k3f" }, 3)])
      await writeFile(path, "");
    expect(await eventFilesOf(wanted, run.id)).toEqual(new Map(paths.map((path, index) => [index + 1, path])));
    expect(paths.toSorted()).toEqual(paths);
  });
});

test.each([
  ["baseline", "/l/baseline"],
  ["lr=3e-4, wd=0", "/l/lr=3e-4, wd=0"],
  ["../../etc/passwd", "/l/etc_passwd"],
  ["/absolute", "/l/absolute"],
  ["a/b\\c", "/l/a_b_c"],
  ["..", "/l/unnamed"],
  ["", "/l/unnamed"],
  ["$(rm -rf ~)`x`", "/l/(rm -rf ~)_x"],
  ["größe 🚀", "/l/größe 🚀"],
  ["-flag", "/l/flag"],
  ["{id}", "/l/{id}"],
])("a run named %j goes to %j", (name, folder) => {
  expect(fillFolder("/l/{name}", { name, project: "p", id: "i" })).toBe(folder);
});

test("whatever a run is called, its folder is one below the wanted one", () => {
  const texts = fc.string({ unit: "binary", maxLength: 300 });
  fc.assert(
    fc.property(texts, texts, (name, project) => {
      const [before, first = "", second = "", ...more] = fillFolder("/{project}/{name}", {
        name,
        project,
        id: "i",
      }).split("/");
      expect([before, more]).toEqual(["", []]);
      for (const part of [first, second]) {
        expect(part).not.toMatch(/^\.|^$|\0|\n/);
        expect(Buffer.byteLength(part)).toBeLessThanOrEqual(200);
      }
    }),
  );
});

test("no two metrics have one tag, and none has one of ours", () => {
  const keys = fc.stringMatching(/^_{0,3}(system|run|_hparams_|loss)(\/[a-z]{0,2})?$/);
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      expect(metricTag(one) === metricTag(other)).toBe(one === other);
      expect(metricTag(one)).not.toMatch(/^(system|run|_hparams_)\//);
    }),
  );
  expect(metricTag("train/loss")).toBe("train/loss");
});
