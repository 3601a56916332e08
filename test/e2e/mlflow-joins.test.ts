import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import { journalSoFar, runFolders, tracelet } from "../support/tracelet.ts";
import { FEW_SERIES, openScene, sampleIndexes, type Scene, upTo, useMlflow, valuesIn } from "./scene.ts";

describe.skipIf(!(await mlflowAvailable())).concurrent("a run that goes on", { timeout: 180_000 }, () => {
  const mlflow = useMlflow();

  test("with --resume is one run in MLflow, in which steps and samples count on", async (context) => {
    const scene = await openScene(context);
    const first = await scene.run(mlflow.url, [...FEW_SERIES, "--name", "long"], losses(3, 1));
    expect(first.code).toBe(1);
    const second = await scene.run(mlflow.url, [...FEW_SERIES, "--resume", "long"], losses(2, 0));
    expect(second).toMatchObject({ code: 0 });
    expect(second.errors).not.toContain("not uploaded");

    const [read, another] = await mlflow.reader.experiment(scene.project);
    expect(another).toBeUndefined();
    expect(read?.info).toMatchObject({ run_name: "long", status: "FINISHED" });
    expect(read?.metrics["loss"]?.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
    const [one = "", other = ""] = await runFolders(scene.cwd);
    const indexes = [...sampleIndexes(await journalSoFar(one)), ...sampleIndexes(await journalSoFar(other))];
    expect(indexes).toEqual(upTo(indexes.length));
    expect(read?.metrics["system/cpu_utilization_percentage"]?.map(({ step }) => step)).toEqual(indexes);
    const id = String((await journalSoFar(other))[0]?.["id"]);
    expect(read?.artifacts.map(({ path }) => path).toSorted()).toEqual(
      ["analysis/resource_usage.png", "output.log", "report.html"]
        .flatMap((name) => [`${id}/${name}`, name])
        .toSorted(),
    );

    // The end of the first is no news any more.
    await writeFile(join(one, "upload-mlflow.json"), "");
    expect(await scene.sync(mlflow.url)).toMatchObject({ code: 0, errors: "" });
    expect(await mlflow.reader.experiment(scene.project)).toEqual([read]);
  });

  test("with --resume of a run that is not there is told before anything starts", async (context) => {
    const scene = await openScene(context);
    const ended = await scene.run(mlflow.url, ["--resume", "nothing"], ["touch", "started"]);
    expect(ended.code).toBe(125);
    expect(ended.errors).toContain("there is no run");
    await expect(readFile(join(scene.cwd, "started"))).rejects.toThrow("ENOENT");
  });

  test("with MLFLOW_RUN_ID writes to that run, behind what it has", async (context) => {
    const scene = await openScene(context);
    await scene.run(mlflow.url, [...FEW_SERIES, "--name", "theirs"], losses(3, 0));
    const [before] = await mlflow.reader.experiment(scene.project);
    const id = before?.info.run_id ?? "";
    const joined = await joining(scene, id, losses(2, 3));
    expect(joined.code).toBe(3);
    expect(joined.errors).not.toContain("not uploaded");

    const [read, another] = await mlflow.reader.experiment(scene.project);
    expect(another).toBeUndefined();
    expect(read?.info).toMatchObject({ run_id: id, run_name: "theirs", status: "FAILED" });
    expect(read?.metrics["loss"]?.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
    const cpu = read?.metrics["system/cpu_utilization_percentage"]?.map(({ step }) => step) ?? [];
    expect(cpu).toEqual(upTo(cpu.length));
    expect(cpu.length).toBeGreaterThan(before?.metrics["system/cpu_utilization_percentage"]?.length ?? 0);

    // A later session, which knows nothing of the first, comes to the same steps.
    const [, own = ""] = await runFolders(scene.cwd);
    await writeFile(join(own, "upload-mlflow.json"), "");
    expect(await scene.sync(mlflow.url)).toMatchObject({ code: 0, errors: "" });
    expect(await mlflow.reader.experiment(scene.project)).toEqual([read]);
  });

  test("with an MLFLOW_RUN_ID that the server does not have loses nothing but the upload", async (context) => {
    const scene = await openScene(context);
    const ended = await joining(scene, "0123456789abcdef0123456789abcdef", losses(2, 0));
    expect(ended.code).toBe(0);
    expect(ended.errors).toMatch(/has no run 0123456789abcdef0123456789abcdef, which MLFLOW_RUN_ID has named/);
  });

  function joining(scene: Scene, id: string, command: readonly string[]) {
    const flags = ["--backend", "mlflow", "--project", scene.project, "--interval", "0.2", ...FEW_SERIES];
    const env = { MLFLOW_TRACKING_URI: mlflow.url, MLFLOW_RUN_ID: id };
    return tracelet(["run", ...flags, "--", ...command], { cwd: scene.cwd, env });
  }
});

describe.skipIf(!(await mlflowAvailable())).concurrent("the user's own files", { timeout: 180_000 }, () => {
  const mlflow = useMlflow();

  test("that --artifact names are with the run, as they were at its end", async (context) => {
    const scene = await openScene(context);
    await mkdir(join(scene.cwd, "out", "deep"), { recursive: true });
    const write =
      "echo 1 > out/a.txt; echo 2 > out/deep/b.txt; echo 3 > output.log; echo 4 > plot.svg; echo 5 > not.txt";
    const flags = ["out", "*.svg", "output.log", "missing.bin"].flatMap((path) => ["--artifact", path]);
    const ended = await scene.run(mlflow.url, [...FEW_SERIES, ...flags], ["sh", "-c", write]);
    expect(ended.code).toBe(0);
    expect(ended.errors).toContain("1 entry refused");
    const [read] = await mlflow.reader.experiment(scene.project);
    expect(Object.fromEntries(read?.artifacts.map(({ path, text }) => [path, text]) ?? [])).toEqual({
      "out/a.txt": "1\n",
      "out/deep/b.txt": "2\n",
      "output_2.log": "3\n",
      "analysis/resource_usage.png": expect.any(String),
      "report.html": expect.any(String),
      "plot.svg": "4\n",
    });
    expect((await scene.upload()).rejected).toEqual([
      { what: "missing.bin", reason: "there was no such file at the run's end" },
    ]);
    const shown = await tracelet(["show"], { cwd: scene.cwd });
    expect(shown.stdout.toString()).toMatch(/^ {2}refused +missing\.bin: there was no such file at the run's end$/m);
  });

  test("that were changed before a later tracelet sync are told, and the others are sent", async (context) => {
    const scene = await openScene(context);
    const flags = ["--upload", "never", "--artifact", "*.txt"];
    await scene.run(mlflow.url, [...FEW_SERIES, ...flags], ["sh", "-c", "echo 1 > a.txt; echo 2 > b.txt"]);
    await writeFile(join(scene.cwd, "a.txt"), "of the next run");
    await writeFile(join(scene.cwd, "c.txt"), "of the next run");
    const synced = await scene.sync(mlflow.url);
    expect(synced).toMatchObject({ code: 0, errors: "" });
    expect(synced.stdout.toString()).toContain("1 entry refused for good");
    const [read] = await mlflow.reader.experiment(scene.project);
    expect(read?.artifacts.map(({ path }) => path).toSorted()).toEqual([
      "analysis/resource_usage.png",
      "b.txt",
      "report.html",
    ]);
    expect(valuesIn(read)).toEqual([]);
    expect((await scene.upload()).rejected).toMatchObject([
      { what: "a.txt", reason: expect.stringContaining("written to since the run ended") },
    ]);
  });
});

/** Prints losses without steps, and ends with a status. */
function losses(points: number, status: number): string[] {
  const lines = upTo(points).map((at) => `echo loss=${(at + 1 + status) / 8}; sleep 0.4`);
  return ["sh", "-c", `${lines.join("; ")}; exit ${status}`];
}
