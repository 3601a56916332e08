import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import { runFolders, tracelet, until } from "../support/tracelet.ts";
import {
  count,
  counted,
  sampleIndexes,
  type Scene,
  FEW_SERIES,
  openScene,
  upTo,
  valuesIn,
  valuesInJournal,
  useMlflow,
} from "./scene.ts";
import { pretendMlflow } from "./mlflow-pretender.ts";
import { refusing } from "./servers.ts";

/** Points before `count.py` waits, and after it may go on. */
const BEFORE = 200;
const AFTER = 100;

describe.skipIf(!(await mlflowAvailable())).concurrent("uploading", { timeout: 180_000 }, () => {
  const mlflow = useMlflow();

  test("live: the points are there while the child runs, and everything once at the end", async (context) => {
    const scene = await openScene(context);
    const running = scene.start(mlflow.url, [...FEW_SERIES, "--upload", "live"], waiting());
    const early = await until("points at the server", async () => {
      const [read] = await mlflow.reader.experiment(scene.project);
      return valuesIn(read).length >= BEFORE && read;
    });
    expect(early.info.status).toBe("RUNNING");
    expect(valuesIn(early)).toEqual(counted(BEFORE));
    await letGo(scene);
    expect(await running.ended).toMatchObject({ code: 0 });
    await expectAll(scene, "FINISHED");
  });

  test("never: nothing is uploaded until tracelet sync is typed", async (context) => {
    const scene = await openScene(context);
    const ended = await scene.run(mlflow.url, [...FEW_SERIES, "--upload", "never"], count(50));
    expect(ended.code).toBe(0);
    expect(ended.errors).not.toContain("not uploaded to");
    expect(await mlflow.reader.experiment(scene.project)).toEqual([]);
    const synced = await scene.sync(mlflow.url);
    expect(synced).toMatchObject({ code: 0, errors: "" });
    expect(synced.stdout.toString()).toMatch(/mlflow: \d+ points uploaded {2}http:\/\/127\.0\.0\.1/);
    const [read] = await mlflow.reader.experiment(scene.project);
    expect(valuesIn(read)).toEqual(counted(50));
    expect(read?.info.status).toBe("FINISHED");
  });

  test("of one run, chosen by its name, leaves the others alone", async (context) => {
    const scene = await openScene(context);
    await scene.run(mlflow.url, [...FEW_SERIES, "--upload", "never", "--name", "one"], count(3));
    await scene.run(mlflow.url, [...FEW_SERIES, "--upload", "never", "--name", "other"], count(4));
    expect(await scene.sync(mlflow.url, "other")).toMatchObject({ code: 0, errors: "" });
    const first = await mlflow.reader.experiment(scene.project);
    expect(first.map(({ info }) => info.run_name)).toEqual(["other"]);
    expect(await scene.sync(mlflow.url)).toMatchObject({ code: 0, errors: "" });
    const both = await mlflow.reader.experiment(scene.project);
    expect(both.map(({ info }) => info.run_name).toSorted()).toEqual(["one", "other"]);
    expect(both.find(({ info }) => info.run_name === "other")).toEqual(first[0]);
  });

  test("to another server sends all of a run that is complete at the first, and --dry-run says so before", async (context) => {
    const scene = await openScene(context);
    await scene.run(mlflow.url, [...FEW_SERIES, "--name", "moved"], count(20));
    expect((await scene.sync(mlflow.url, "--dry-run")).code).toBe(0);
    const other = scene.own(await pretendMlflow({ artifacts: "mlflow-artifacts:/1/r1" }).then(killable));
    const before = await scene.sync(other.url, "--dry-run");
    expect(before.code).toBe(1);
    expect(before.stdout.toString()).toMatch(/^moved \(.*\) {2}mlflow: \d+ points missing\n$/);
    expect(other.requests).toEqual([]);
    const sent = await scene.sync(other.url);
    expect(sent).toMatchObject({ code: 0, errors: "" });
    expect(sent.stdout.toString()).toMatch(/mlflow: \d+ points uploaded {2}http/);
    expect(other.requests).toContain("POST /api/2.0/mlflow/runs/log-batch");
    // Back at the first everything is there, and is known to be once it was looked at.
    expect((await scene.sync(mlflow.url)).code).toBe(0);
    const [read, another] = await mlflow.reader.experiment(scene.project);
    expect(another).toBeUndefined();
    expect(valuesIn(read)).toEqual(counted(20));
    expect((await scene.sync(mlflow.url)).stdout.toString()).toContain("nothing new");
  });

  test("of many runs goes on several at a time, and ends in a table", async (context) => {
    const scene = await openScene(context);
    const names = ["a", "b", "c", "d", "e", "f"];
    for (const name of names) await scene.run(mlflow.url, ["--upload", "never", "--name", name], count(2));
    const synced = await scene.sync(mlflow.url);
    expect(synced).toMatchObject({ code: 0, errors: "" });
    const [lines = "", table = ""] = synced.stdout.toString().split("\n\n");
    expect(
      lines
        .split("\n")
        .map((line) => line[0] ?? "")
        .toSorted(),
    ).toEqual(names);
    expect(table.split("\n")[0]).toMatch(/^RUN +NAME +BACKEND +STATE +POINTS +REFUSED +WHERE$/);
    expect(table.match(/ uploaded /g)).toHaveLength(6);
    const runs = await mlflow.reader.experiment(scene.project);
    expect(runs.map(({ info }) => info.run_name).toSorted()).toEqual(names);
  });

  test("by two tracelet sync at once brings every point over once, and both end well", async (context) => {
    const scene = await openScene(context);
    await scene.run(mlflow.url, [...FEW_SERIES, "--upload", "never"], count(3000));
    const both = await Promise.all([scene.sync(mlflow.url), scene.sync(mlflow.url)]);
    for (const synced of both) expect(synced).toMatchObject({ code: 0, errors: "" });
    const said = both.map(({ stdout }) => stdout.toString());
    expect(said.filter((text) => text.includes("points uploaded"))).toHaveLength(1);
    expect(said.filter((text) => text.includes("nothing new"))).toHaveLength(1);
    const [read, another] = await mlflow.reader.experiment(scene.project);
    expect(another).toBeUndefined();
    expect(valuesIn(read)).toEqual(counted(3000));
  });

  test("goes on past a run whose folder is damaged, which is told", async (context) => {
    const scene = await openScene(context);
    await scene.run(mlflow.url, [...FEW_SERIES, "--upload", "never", "--name", "broken"], count(3));
    await writeFile(join(await scene.folder(), "journal.jsonl"), "no record\n");
    await scene.run(mlflow.url, [...FEW_SERIES, "--upload", "never", "--name", "whole"], count(3));
    const synced = await scene.sync(mlflow.url);
    expect(synced).toMatchObject({ code: 1, errors: "" });
    expect(synced.stdout.toString()).toContain("its first record is missing or damaged");
    expect((await mlflow.reader.experiment(scene.project)).map(({ info }) => info.run_name)).toEqual(["whole"]);
  });

  test("to a server that is down is not waited for once per run", async (context) => {
    const scene = await openScene(context);
    const down = scene.own(await refusing());
    for (const name of ["a", "b", "c"])
      await scene.run(down.url, [...FEW_SERIES, "--upload", "never", "--name", name], count(1));
    const synced = await scene.sync(down.url, "--upload-timeout", "1");
    expect(synced.code).toBe(1);
    expect(synced.stdout.toString().match(/not uploaded: .*connection refused/g)).toHaveLength(3);
  });

  test("is complete when the watcher is killed in the middle of the run", async (context) => {
    const scene = await openScene(context);
    const running = scene.start(mlflow.url, FEW_SERIES, waiting());
    await until("the first points in the journal", async () => (await values(scene)).length === BEFORE);
    const first = await newestWatcher(scene);
    process.kill(first, "SIGKILL");
    await until("another watcher", async () => (await newestWatcher(scene)) !== first);
    await letGo(scene);
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(ended.errors).toContain("the command is not affected");
    expect(await values(scene)).toEqual(counted(BEFORE + AFTER));
    const indexes = sampleIndexes(await scene.journal());
    expect(indexes).toEqual(upTo(indexes.length));
    await expectAll(scene, "FINISHED");
  });

  test("is complete when the wrapper is killed in the middle of the run", async (context) => {
    const scene = await openScene(context);
    const running = scene.start(mlflow.url, FEW_SERIES, waiting());
    await until("the first points in the journal", async () => (await values(scene)).length === BEFORE);
    running.kill("SIGKILL");
    expect(await running.ended).toMatchObject({ code: null, signal: "SIGKILL" });
    await letGo(scene);
    await until("the child's normal end", () => readFile(join(scene.cwd, "end"), "utf8").catch(() => undefined));
    await until("the end of the journal", async () => (await scene.journal()).at(-1)?.type === "end");
    expect(await values(scene)).toEqual(counted(BEFORE + AFTER));
    const output = await readFile(join(await scene.folder(), "output.log"), "utf8");
    expect(output.trimEnd().split("\n")).toHaveLength(BEFORE + AFTER);

    const listed = await tracelet(["runs", "--json"], { cwd: scene.cwd });
    const [row] = JSON.parse(listed.stdout.toString()) as unknown[];
    expect(row).toMatchObject({ status: "crashed", exit_code: null });

    await until("the upload", async () => (await scene.upload().catch(() => undefined))?.state === "done");
    await expectAll(scene, "FAILED");
    expect((await scene.sync(mlflow.url)).stdout.toString()).toContain("nothing new");
  });

  async function expectAll(scene: Scene, status: string): Promise<void> {
    const [read, another] = await mlflow.reader.experiment(scene.project);
    expect(another).toBeUndefined();
    expect(read?.info.status).toBe(status);
    expect(valuesIn(read)).toEqual(counted(BEFORE + AFTER));
    const indexes = sampleIndexes(await scene.journal());
    const cpu = read?.metrics["system/cpu_utilization_percentage"] ?? [];
    expect(cpu.map(({ step }) => step)).toEqual(indexes);
    expect(read?.artifacts.map(({ path }) => path)).toEqual([
      "analysis/resource_usage.png",
      "output.log",
      "report.html",
    ]);
  }
});

function killable<T extends { close(): Promise<void> }>(server: T): T & { kill(): Promise<void> } {
  return { ...server, kill: () => server.close() };
}

function waiting(): string[] {
  return count(BEFORE, 0, "go", AFTER, "end");
}

async function letGo(scene: Scene): Promise<void> {
  await writeFile(join(scene.cwd, "go"), "");
}

async function values(scene: Scene) {
  const [folder] = await runFolders(scene.cwd);
  return folder === undefined ? [] : valuesInJournal(await scene.journal());
}

async function newestWatcher(scene: Scene): Promise<number> {
  return Number((await scene.journal()).findLast(({ type }) => type === "watcher")?.["pid"]);
}
