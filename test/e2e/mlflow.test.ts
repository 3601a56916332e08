import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type { ReadRun } from "../support/mlflow/read-run.ts";
import { mlflowAvailable } from "../support/mlflow/shared.ts";
import { type Ended, until } from "../support/tracelet.ts";
import { program, sampleIndexes, type Scene, openScene, upTo, useMlflow } from "./scene.ts";

const execute = promisify(execFile);

/** What train_digits.py writes about what it printed. */
type Truth = readonly { epoch: number; loss: number; accuracy: number }[];

describe
  .skipIf(!(await mlflowAvailable()))
  .concurrent("a training run, as MLflow's own client reads it", { timeout: 180_000 }, () => {
    const mlflow = useMlflow();

    test("that finishes: every number once, system metrics, params, tags, status and output", async (context) => {
      const scene = await openScene(context);
      const commit = await makeCheckout(scene.cwd);
      const before = Date.now();
      const ended = await train(scene, ["--name", "baseline", "--param", "note=x"]).ended;
      const after = Date.now();

      expect(ended).toMatchObject({ code: 0, signal: null });
      const [read, another] = await mlflow.reader.experiment(scene.project);
      expect(another).toBeUndefined();
      expect(read?.info).toMatchObject({ run_name: "baseline", experiment: scene.project, status: "FINISHED" });
      expectWithin(read?.info.start_time, before, after);
      expectWithin(read?.info.end_time, before, after);

      const truth = await truthOf(scene);
      expect(truth).toHaveLength(8);
      expectPrinted(read, truth, before, after);
      await expectSystemMetrics(read, scene);

      expect(read?.params).toMatchObject({
        lr: "0.05",
        epochs: "8",
        note: "x",
        avg_cpu_usage: decimal,
        max_cpu_usage: decimal,
        avg_memory_usage: decimal,
        max_memory_usage: decimal,
        alert_count: decimal,
        critical_alerts: decimal,
        system_monitoring: "enabled",
        cpu_cores: decimal,
        memory_gb: decimal,
      });
      expect(read?.params).not.toHaveProperty("error");
      expect(read?.tags).toMatchObject({
        "mlflow.user": userInfo().username,
        "mlflow.source.name": program("train_digits.py"),
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": commit,
        "mlflow.source.git.branch": "trunk",
        "mlflow.runName": "baseline",
      });
      expectOutput(read, ended);
      expect(ended.errors).toContain(read?.info.run_id);
    });

    test("that fails: FAILED, with all that was printed before", async (context) => {
      const scene = await openScene(context);
      const before = Date.now();
      const ended = await train(scene, [], "--fail-after", "3").ended;
      expect(ended.code).toBe(1);
      const [read] = await mlflow.reader.experiment(scene.project);
      expect(read?.info.status).toBe("FAILED");
      const truth = await truthOf(scene);
      expect(truth).toHaveLength(3);
      expectPrinted(read, truth, before, Date.now());
      expect(read?.artifacts[1]?.text).toContain("FloatingPointError: the loss is no number any more");
    });

    test("that is killed: KILLED, with all that was printed before", async (context) => {
      const scene = await openScene(context);
      const before = Date.now();
      const running = train(scene, [], "--wait-after", "3");
      let seen = "";
      running.stdout?.on("data", (bytes: Buffer) => (seen += bytes.toString()));
      await until("three epochs", () => seen.includes("epoch 3/8"));
      running.kill("SIGTERM");
      expect(await running.ended).toMatchObject({ code: null, signal: "SIGTERM" });
      const [read] = await mlflow.reader.experiment(scene.project);
      expect(read?.info.status).toBe("KILLED");
      const truth = await truthOf(scene);
      expect(truth).toHaveLength(3);
      expectPrinted(read, truth, before, Date.now());
    });

    function train(scene: Scene, flags: readonly string[], ...more: string[]) {
      const script = [mlflow.python, program("train_digits.py"), "--lr", "0.05", "--epochs", "8"];
      return scene.start(mlflow.url, flags, [...script, "--truth", "truth.json", ...more]);
    }
  });

const decimal = expect.stringMatching(/^\d+(\.\d{1,2})?$/);

/** Every printed number is there, once, with its step, at a time within the run; and no other metric is. */
function expectPrinted(read: ReadRun | undefined, truth: Truth, before: number, after: number): void {
  const training = Object.entries(read?.metrics ?? {}).filter(([key]) => !key.startsWith("system/"));
  expect(training.map(([key]) => key).toSorted()).toEqual(["accuracy", "loss"]);
  for (const [key, points] of training) {
    expect(points.map(({ step, value }) => [step, value])).toEqual(
      truth.map((printed) => [printed.epoch, printed[key as "loss" | "accuracy"]]),
    );
    for (const { timestamp } of points) expectWithin(timestamp, before, after);
    // The line's own time: epochs come one after the other, and not all at the end.
    expect(points.map(({ timestamp }) => timestamp)).toEqual(
      points.map(({ timestamp }) => timestamp).toSorted((one, other) => one - other),
    );
  }
}

/** One point for each sample in the journal, at its index and time, with its value. */
async function expectSystemMetrics(read: ReadRun | undefined, scene: Scene): Promise<void> {
  const journal = await scene.journal();
  const samples = journal.filter(({ type }) => type === "sample");
  expect(samples.length).toBeGreaterThan(5);
  expect(sampleIndexes(journal)).toEqual(upTo(samples.length));
  const memory = read?.metrics["system/system_memory_usage_percentage"] ?? [];
  expect(memory.map(({ step, timestamp, value }) => [step, timestamp, value])).toEqual(
    samples.map(({ index, timestamp, metrics }) => [
      index,
      timestamp,
      (metrics as Record<string, number>)["memory_percent"],
    ]),
  );
  const sources = {
    cpu_utilization_percentage: "cpu_percent",
    system_memory_usage_megabytes: "memory_used",
    disk_usage_percentage: "disk_percent",
    disk_usage_megabytes: "disk_used",
    disk_available_megabytes: "disk_free",
    network_receive_megabytes: "network_bytes_recv",
    network_transmit_megabytes: "network_bytes_sent",
  };
  for (const [name, key] of Object.entries(sources)) {
    const taken = samples.filter(({ metrics }) => Object.hasOwn(metrics as object, key)).map(({ index }) => index);
    expect(taken.length).toBeGreaterThan(1);
    expect(read?.metrics[`system/${name}`]?.map(({ step }) => step)).toEqual(taken);
  }
}

/** A picture, and the output log, which is the text of both streams without tracelet's own lines. */
function expectOutput(read: ReadRun | undefined, ended: Ended): void {
  expect(read?.artifacts.map(({ path }) => path)).toEqual(["analysis/resource_usage.png", "output.log", "report.html"]);
  expect(read?.artifacts[0]?.text?.slice(1, 4)).toBe("PNG");
  expect(read?.artifacts[1]?.text).toBe(ended.stdout.toString());
}

function expectWithin(time: number | null | undefined, before: number, after: number): void {
  expect(time).toBeGreaterThanOrEqual(before);
  expect(time).toBeLessThanOrEqual(after);
}

async function truthOf(scene: Scene): Promise<Truth> {
  return JSON.parse(await readFile(join(scene.cwd, "truth.json"), "utf8"));
}

/** Makes a folder a git checkout with one commit, and returns the commit. */
async function makeCheckout(cwd: string): Promise<string> {
  const git = async (...words: string[]) => {
    const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
    return (await execute("git", [...identity, ...words], { cwd })).stdout.trim();
  };
  await git("init", "--quiet", "--initial-branch", "trunk");
  await git("commit", "--quiet", "--allow-empty", "--message", "Begin");
  return git("rev-parse", "HEAD");
}
