import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type EventReader, openEventReader, type ReadFolder } from "../support/tensorboard/read-events.ts";
import { startTensorboard } from "../support/tensorboard/server.ts";
import { tensorboardAvailable } from "../support/tensorboard/venv.ts";
import {
  type Ended,
  journalSoFar,
  readJournalLines,
  runFolders,
  startTracelet,
  temporaryFolder,
  textOf,
  tracelet,
  until,
} from "../support/tracelet.ts";
import { refusing } from "./servers.ts";

/** Prints numbers until the file `go` is there, and one more line then. */
const PRINT =
  'i=0; until [ -e go ]; do i=$((i+1)); echo "step=$i loss=0.$i train/acc=$i"; sleep 0.02; done; echo "step=1000000 loss=nan"';

const FLAGS = ["--quiet", "--backend", "tensorboard", "--interval", "0.2"];

describe.skipIf(!(await tensorboardAvailable()))("a run in TensorBoard's event files", { timeout: 120_000 }, () => {
  let events: EventReader;
  beforeAll(async () => {
    events = await openEventReader();
  });
  afterAll(() => events.close());

  test("is shown by a TensorBoard while it goes on: scalars, texts and hparams", async () => {
    const cwd = await temporaryFolder();
    const board = await startTensorboard(join(cwd, "runs"));
    onTestFinished(() => board.stop());
    const running = run(
      cwd,
      ["--name", "baseline", "--param", "opt=adam", "--param", "lr=3e-4", "--tag", "a=b"],
      PRINT,
    );
    const first = await until("the first points", async () => (await scalarsOf("loss"))?.length, 60);
    await until("more of them", async () => ((await scalarsOf("loss")) ?? []).length > first);
    expect(await board.get("plugin/text/tags")).toMatchObject({
      baseline: expect.arrayContaining(["run/command", "run/params", "run/tags"]),
    });
    expect(JSON.stringify(await board.get("plugin/text/text?run=baseline&tag=run%2Fparams"))).toMatch(
      /opt.*adam.*lr.*3e-4/,
    );

    await writeFile(join(cwd, "go"), "");
    expect(await running.ended).toMatchObject({ code: 0 });
    await until(
      "the last point",
      async () => ((await scalarsOf("loss")) ?? []).some(([, step]) => step === 1_000_000),
      60,
    );
    const journal = await readJournalLines(await onlyRun(cwd));
    for (const [tag, points] of pointsOf(journal)) {
      const shown = await scalarsOf(tag);
      expect(shown?.map(([time, step, value]) => [step, Math.round(time * 1000), value])).toEqual(points);
    }
    const experiment = await fetch(`${board.url}/data/plugin/hparams/experiment`, { method: "POST", body: "{}" });
    expect(await experiment.json()).toMatchObject({
      hparamInfos: expect.arrayContaining([
        expect.objectContaining({ name: "lr", type: "DATA_TYPE_FLOAT64" }),
        expect.objectContaining({ name: "opt", type: "DATA_TYPE_STRING" }),
      ]),
      metricInfos: expect.arrayContaining([expect.objectContaining({ name: { tag: "loss", group: "" } })]),
    });

    function scalarsOf(tag: string): Promise<[time: number, step: number, value: unknown][] | undefined> {
      const query = `plugin/scalars/scalars?run=baseline&tag=${encodeURIComponent(tag)}`;
      return board.get(query) as Promise<[number, number, unknown][] | undefined>;
    }
  });

  test("says where it is and what to type", async () => {
    const cwd = await temporaryFolder();
    await ended(cwd, ["--name", "my run"]);
    const shown = textOf(await tracelet(["show"], { cwd }));
    expect(shown).toContain(`tensorboard  ${cwd}/runs/my run; type: tensorboard --logdir ${cwd}/runs`);
  });

  test.each([
    ["of the child", "--param", "opt=adam"],
    ["of a signal", "--tag", "a=b"],
  ])("has status and last output: %s", async (what, ...flags) => {
    const cwd = await temporaryFolder();
    const command = what === "of the child" ? "printf 'a\\r\\033[31mboom\\033[0m\\n'; exit 3" : "echo boom; kill -9 $$";
    await startTracelet(["run", ...FLAGS, ...flags, "--name", "x", "--", "sh", "-c", command], { cwd }).ended;
    const read = await events.read(join(cwd, "runs/x"));
    expect(read.status).toBe(2);
    expect(read.texts["run/output"]).toEqual([[0, "    boom"]]);
    expect(read.texts["run/end"]?.[0]?.[1]).toContain(what === "of the child" ? "| exit status | 3 |" : "SIGKILL");
  });

  test("goes on after its watcher was killed, as often as that happens, with every point once", async () => {
    const cwd = await temporaryFolder();
    const running = run(cwd, ["--name", "x"], PRINT);
    const killed = new Set<unknown>();
    while (killed.size < 3) {
      const pid = await until("a watcher that has written", async () => {
        const [folder] = await runFolders(cwd);
        const watcher = (await journalSoFar(folder)).findLast(({ type }) => type === "watcher")?.["pid"];
        const size = await sizeOfEvents(join(cwd, "runs/x"));
        return watcher !== undefined && !killed.has(watcher) && size > killed.size * 2000 && watcher;
      });
      killed.add(pid);
      process.kill(Number(pid), "SIGKILL");
    }
    await writeFile(join(cwd, "go"), "");
    expect(await running.ended).toMatchObject({ code: 0 });
    await expectAll(cwd, "runs/x");
    expect(await eventFiles(join(cwd, "runs/x"))).toHaveLength(1);
  });

  test("loses nothing when wrapper and watcher are killed in the middle of a write", async () => {
    const cwd = await temporaryFolder();
    const running = run(cwd, ["--name", "x"], PRINT);
    const folder = join(cwd, "runs/x");
    await until("some points", async () => (await sizeOfEvents(folder)) > 3000, 60);
    const pid = (await journalSoFar(await onlyRun(cwd))).findLast(({ type }) => type === "watcher")?.["pid"];
    process.kill(Number(pid), "SIGKILL");
    running.kill("SIGKILL");
    await running.ended;
    await writeFile(join(cwd, "go"), "");
    const [file = ""] = await eventFiles(folder);
    const whole = await readFile(join(folder, file));
    const before = await events.read(folder);
    // As if the last write had been cut.
    await writeFile(join(folder, file), whole.subarray(0, whole.length - 7));
    const torn = await events.read(folder);
    const count = ({ scalars }: ReadFolder) => Object.values(scalars).flat().length;
    expect(count(torn)).toBeGreaterThanOrEqual(count(before) - 1);
    await until("the end of the run", async () => {
      await tracelet(["sync"], { cwd });
      return (await uploadsOf(cwd))["tensorboard"] === "done";
    });
    await expectAll(cwd, "runs/x");
    expect((await events.read(folder)).status).toBe(2);
    const again = await readFile(join(folder, (await eventFiles(folder))[0] ?? ""));
    expect((await tracelet(["sync"], { cwd })).code).toBe(0);
    expect(await readFile(join(folder, (await eventFiles(folder))[0] ?? ""))).toEqual(again);
  });

  test("is written anew where its folder was deleted while it went on", async () => {
    const cwd = await temporaryFolder();
    const running = run(cwd, ["--name", "x"], PRINT);
    await until("some points", async () => (await sizeOfEvents(join(cwd, "runs/x"))) > 3000, 60);
    await rm(join(cwd, "runs"), { recursive: true });
    await until("some points again", async () => (await sizeOfEvents(join(cwd, "runs/x"))) > 3000, 60);
    await writeFile(join(cwd, "go"), "");
    expect(await running.ended).toMatchObject({ code: 0, errors: "" });
    await expectAll(cwd, "runs/x");
  });

  test("has a folder of its own beside a run of the same name and beside other event files", async () => {
    const cwd = await temporaryFolder();
    await Promise.all([ended(cwd, ["--name", "x"]), ended(cwd, ["--name", "x"]), ended(cwd, ["--name", "x"])]);
    expect((await readdir(join(cwd, "runs"))).toSorted()).toEqual(["x", "x-2", "x-3"]);
    for (const folder of ["x", "x-2", "x-3"]) {
      expect(await eventFiles(join(cwd, "runs", folder))).toHaveLength(1);
      expect((await events.read(join(cwd, "runs", folder))).status).toBe(1);
    }
  });

  test("goes on in its folder when another resumes it, also under another name", async () => {
    const cwd = await temporaryFolder();
    await ended(cwd, ["--name", "x"], 'echo "step=1 loss=3"; echo "step=2 loss=2"; exit 1');
    await ended(cwd, ["--resume", "x", "--name", "y"], 'echo "step=3 loss=1"');
    expect(await readdir(join(cwd, "runs"))).toEqual(["x"]);
    const { scalars } = await events.read(join(cwd, "runs/x"));
    expect(scalars["loss"]?.map(([step, , value]) => [step, value])).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
    const steps = scalars["system/cpu_percent"]?.map(([step]) => step) ?? [];
    expect(steps).toEqual(steps.map((_, index) => index));
  });

  test("with --upload never is left to sync, which writes where the run was started", async () => {
    const cwd = await temporaryFolder();
    await ended(cwd, [
      "--name",
      "x",
      "--upload",
      "never",
      "--tensorboard-dir",
      "logs/{project}/{name}",
      "--project",
      "p/q",
    ]);
    await expect(readdir(join(cwd, "logs"))).rejects.toThrow("ENOENT");
    const elsewhere = await temporaryFolder();
    expect((await tracelet(["sync", "--dir", join(cwd, ".tracelet")], { cwd: elsewhere })).code).toBe(0);
    await expectAll(cwd, "logs/p_q/x");
    // What a user deletes stays deleted.
    await rm(join(cwd, "logs"), { recursive: true });
    expect((await tracelet(["sync"], { cwd })).stdout.toString()).toContain("nothing new");
    await expect(readdir(join(cwd, "logs"))).rejects.toThrow("ENOENT");
  });

  test("is there in time beside an MLflow that is not, and show says how far each is", async () => {
    const cwd = await temporaryFolder();
    const server = await refusing();
    const flags = ["--backend", "mlflow,tensorboard", "--name", "x", "--upload-timeout", "12"];
    const running = startTracelet(["run", ...flags, "--interval", "0.2", "--", "sh", "-c", 'echo "step=1 loss=2"'], {
      cwd,
      env: { MLFLOW_TRACKING_URI: server.url },
    });
    // MLflow is asked again and again for two seconds; the other is through before that.
    await until("the end of the event file", async () => {
      const uploads = await uploadsOf(cwd);
      return uploads["tensorboard"] === "done" && running.exitCode === null;
    });
    const done = await running.ended;
    expect(done.code).toBe(0);
    expect(done.errors).toContain("not uploaded to mlflow");
    expect(done.errors).not.toContain("not uploaded to tensorboard");
    await expectAll(cwd, "runs/x");
    const shown = textOf(await tracelet(["show"], { cwd }));
    expect(shown).toMatch(/mlflow +not complete/);
    expect(shown).toMatch(/tensorboard +\/.*runs\/x; type: tensorboard --logdir/);
  });

  test("that cannot be written costs one line, and neither the command nor another backend", async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "runs"), "a file where the folder should be");
    const done = await startTracelet(
      ["run", "--backend", "null,tensorboard", "--name", "x", "--", "sh", "-c", "echo step=1 loss=2; exit 4"],
      { cwd },
    ).ended;
    expect(done.code).toBe(4);
    expect(done.errors.match(/not uploaded to tensorboard/g)).toHaveLength(1);
    expect(done.errors).toMatch(/--tensorboard-dir/);
    expect(await uploadsOf(cwd)).toMatchObject({ null: "done", tensorboard: "pending" });
  });

  test.each([
    ["its flag", ["--tensorboard-dir", "by-flag"], "by-flag"],
    ["its variable", [], "by-variable"],
    ["tracelet.toml", [], "by-file"],
  ])("has its folder from %s", async (place, flags, folder) => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "tracelet.toml"), 'tensorboard_dir = "by-file"\n');
    const env = place === "tracelet.toml" ? {} : { TRACELET_TENSORBOARD_DIR: "by-variable" };
    await startTracelet(["run", ...FLAGS, ...flags, "--", "true"], { cwd, env }).ended;
    expect(await eventFiles(join(cwd, folder))).toHaveLength(1);
  });

  /** Every point of the run's journal is in the folder once, in 32 bits, and nothing else is. */
  async function expectAll(cwd: string, folder: string): Promise<void> {
    const journal = await readJournalLines(await onlyRun(cwd));
    const { scalars } = await events.read(join(cwd, folder));
    expect(new Map(Object.entries(scalars).map(([tag, points]) => [tag, sorted(points)]))).toEqual(pointsOf(journal));
  }
});

type Point = [step: number, timestamp: number, value: number | string];

/** What the event files of a run have to have, by its journal. */
function pointsOf(journal: readonly Readonly<Record<string, unknown>>[]): Map<string, Point[]> {
  const points = new Map<string, Point[]>();
  for (const record of journal) {
    if (record["type"] !== "metrics" && record["type"] !== "sample") continue;
    const group = record["type"] === "sample" ? "system/" : "";
    const step = Number(record["index"] ?? record["step"]);
    for (const [key, value] of Object.entries(record["metrics"] as Record<string, number | string>)) {
      const kept = typeof value === "number" ? Math.fround(value) : value;
      points.set(group + key, [...(points.get(group + key) ?? []), [step, Number(record["timestamp"]), kept]]);
    }
  }
  return new Map([...points].map(([tag, of]) => [tag, sorted(of)]));
}

function sorted(points: readonly (readonly [number, number, number | string])[]): Point[] {
  return points
    .map(([step, timestamp, value]): Point => [step, Math.round(timestamp), value])
    .sort(([one], [other]) => one - other);
}

function run(cwd: string, flags: readonly string[], script: string) {
  return startTracelet(["run", ...FLAGS, ...flags, "--", "sh", "-c", script], { cwd });
}

async function ended(cwd: string, flags: readonly string[], script = "echo step=1 loss=2"): Promise<Ended> {
  return run(cwd, flags, script).ended;
}

async function onlyRun(cwd: string): Promise<string> {
  const [folder, another] = await runFolders(cwd);
  if (folder === undefined || another !== undefined) throw new Error(`not one run in ${cwd}`);
  return folder;
}

async function eventFiles(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => name.includes("tfevents"));
}

async function sizeOfEvents(folder: string): Promise<number> {
  const files = await eventFiles(folder);
  const contents = await Promise.all(files.map((name) => readFile(join(folder, name)).catch(() => "")));
  return contents.reduce((sum, { length }) => sum + length, 0);
}

async function uploadsOf(cwd: string): Promise<Record<string, unknown>> {
  const [folder = ""] = await runFolders(cwd);
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^upload-\w+\.json$/.test(name));
  const states = names.map(async (name) => {
    const { backend, state } = JSON.parse(await readFile(join(folder, name), "utf8")) as Record<string, string>;
    return [backend, state] as const;
  });
  return Object.fromEntries(await Promise.all(states));
}
