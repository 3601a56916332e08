import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Ended, readOnlyJournal, startTracelet, temporaryFolder, tracelet, until } from "../support/tracelet.ts";

/** A load that others put on this machine is no alert of ours. */
const NO_LOAD_ALERTS = ["--alert", "cpu_percent > 100"];

describe("a threshold on the machine", () => {
  test("that is far below gives one critical alert, not one per sample", async () => {
    const cwd = await temporaryFolder();
    const flags = [...NO_LOAD_ALERTS, "--alert", "memory_percent > 0.1", "--interval", "0.1"];
    const ended = await tracelet(["run", ...flags, "--", "sleep", "1"], { cwd });
    expect(alertLines(ended)).toEqual([
      expect.stringMatching(/^tracelet: alert critical: memory_percent \d+(\.\d+)? > 0\.1$/),
    ]);
    expect(ended.stdout.length).toBe(0);
    const journal = await readOnlyJournal(cwd);
    expect(journal.filter(({ type }) => type === "sample").length).toBeGreaterThan(2);
    expect(journal.filter(({ type }) => type === "alert")).toEqual([
      {
        type: "alert",
        rule: "memory_percent > 0.1",
        metric: "memory_percent",
        state: "firing",
        severity: "critical",
        value: expect.any(Number),
        phrase: "> 0.1",
        comparison: ">",
        threshold: 0.1,
        timestamp: expect.any(Number),
      },
    ]);
  });

  test("that is just below what is read now gives a warning", async () => {
    const cwd = await temporaryFolder();
    const now = await metricsNow(cwd);
    const disk = Number(now["disk_percent"]);
    const threshold = Number((0.95 * disk).toPrecision(3));
    const ended = await tracelet(["run", "--alert", `disk_percent > ${threshold}`, "--", "true"], { cwd });
    const [line = ""] = alertLines(ended).filter((one) => one.includes("disk"));
    const [, value, limit] = /^tracelet: alert warning: disk_percent (\S+) > (\S+)$/.exec(line) ?? [];
    expect(Math.abs(Number(value) - disk)).toBeLessThan(disk / 20);
    expect(Number(limit)).toBe(threshold);
  });

  test("that is above what is read gives none", async () => {
    const cwd = await temporaryFolder();
    const flags = ["cpu_percent > 100", "memory_percent > 99.9", "disk_percent > 99.9", "gpu_utilization > 100"];
    const ended = await tracelet(["run", ...flags.flatMap((rule) => ["--alert", rule]), "--", "true"], { cwd });
    expect(alertLines(ended)).toEqual([]);
    expect((await readOnlyJournal(cwd)).filter(({ type }) => type === "alert")).toEqual([]);
  });
});

describe("a threshold on a training metric", () => {
  const values = ["0.5", "1.05", "1.07", "2", "nan", "3", "0.5", "1.05"];
  const command = ["--", "sh", "-c", `for value in ${values.join(" ")}; do echo "loss=$value"; done`];

  test("fires, grows critical, resolves and fires again", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["run", ...NO_LOAD_ALERTS, "--alert", "loss > 1", ...command], { cwd });
    expect(alertLines(ended)).toEqual([
      "tracelet: alert warning: loss 1.05 > 1 at step 1",
      "tracelet: alert critical: loss 2 > 1 at step 3",
      "tracelet: alert critical: loss is nan at step 4",
      "tracelet: alert resolved: loss 3 at step 5, was is nan or inf",
      "tracelet: alert resolved: loss 0.5 at step 6, was > 1",
      "tracelet: alert warning: loss 1.05 > 1 at step 7",
    ]);
    expect(ended.stdout.toString()).toBe(values.map((value) => `loss=${value}\n`).join(""));
    const alerts = (await readOnlyJournal(cwd)).filter(({ rule }) => rule === "loss > 1");
    expect(alerts.map(({ state, severity, value }) => [state, severity, value])).toEqual([
      ["firing", "warning", 1.05],
      ["firing", "critical", 2],
      ["resolved", "critical", 0.5],
      ["firing", "warning", 1.05],
    ]);
  });

  test("is one object per episode in show --json", async () => {
    const cwd = await temporaryFolder();
    await tracelet(["run", ...NO_LOAD_ALERTS, "--alert", "loss > 1", ...command], { cwd });
    const shown = JSON.parse((await tracelet(["show", "--json"], { cwd })).stdout.toString());
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(shown.alerts.filter(({ rule }: { rule: string }) => rule === "loss > 1")).toMatchObject([
      { metric: "loss", value: 2, threshold: 1, severity: "critical", state: "resolved", timestamp },
      { metric: "loss", value: 1.05, threshold: 1, severity: "warning", state: "firing", timestamp },
    ]);
  });

  test("is shown to nobody with --quiet, and journaled all the same", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["run", "--quiet", "--alert", "loss > 1", ...command], { cwd });
    expect([ended.code, ended.errors]).toEqual([0, ""]);
    const alerts = (await readOnlyJournal(cwd)).filter(({ rule }) => rule === "loss > 1");
    expect(alerts.length).toBe(4);
  });

  test("may be a lower bound", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["run", ...NO_LOAD_ALERTS, "--alert", "loss < 0.54", ...command], { cwd });
    expect(alertLines(ended).filter((line) => !line.includes("nan"))).toEqual([
      "tracelet: alert warning: loss 0.5 < 0.54 at step 0",
      "tracelet: alert resolved: loss 1.05 at step 1, was < 0.54",
      "tracelet: alert warning: loss 0.5 < 0.54 at step 6",
      "tracelet: alert resolved: loss 1.05 at step 7, was < 0.54",
    ]);
  });

  test("on a percentage is critical from 100 at the latest", async () => {
    const cwd = await temporaryFolder();
    const print = ["--", "sh", "-c", "echo accuracy_percent=99; echo accuracy_percent=100"];
    const ended = await tracelet(["run", ...NO_LOAD_ALERTS, "--alert", "accuracy_percent > 95", ...print], { cwd });
    expect(alertLines(ended)).toEqual([
      "tracelet: alert warning: accuracy_percent 99 > 95 at step 0",
      "tracelet: alert critical: accuracy_percent 100 > 95 at step 1",
    ]);
  });
});

test("an alert comes while the command still runs, on a line of its own", async () => {
  const cwd = await temporaryFolder();
  const script = "printf 'no line end' >&2; echo loss=5; while [ ! -e go ]; do sleep 0.05; done; exit 4";
  const child = startTracelet(["run", ...NO_LOAD_ALERTS, "--alert", "loss > 1", "--", "sh", "-c", script], { cwd });
  let seen = "";
  child.stderr?.on("data", (bytes: Buffer) => (seen += bytes.toString()));
  await until("the alert", () => seen.includes("alert critical: loss 5 > 1 at step 0\n"));
  expect(seen).toBe("no line end\ntracelet: alert critical: loss 5 > 1 at step 0\n");
  await writeFile(join(cwd, "go"), "");
  const ended = await child.ended;
  expect([ended.code, ended.stdout.toString()]).toEqual([4, "loss=5\n"]);
  expect(ended.errors).toMatch(/^ +alerts +1, worst critical: loss 5 > 1 at step 0$/m);
});

function alertLines({ errors }: Ended): string[] {
  return errors.split("\n").filter((line) => line.startsWith("tracelet: alert "));
}

async function metricsNow(cwd: string): Promise<Record<string, unknown>> {
  return JSON.parse((await tracelet(["snapshot", "--json"], { cwd })).stdout.toString()).metrics;
}

test("a rule whose metric swings far and fast does not bury the output", async () => {
  const cwd = await temporaryFolder();
  const script = "for i in $(seq 500); do echo loss=0.1; echo loss=9; done";
  const ended = await tracelet(["run", ...NO_LOAD_ALERTS, "--alert", "loss > 1", "--", "sh", "-c", script], { cwd });
  expect(alertLines(ended).filter((line) => line.includes("loss")).length).toBe(20);
  expect(ended.errors).toContain("tracelet: the alert rule 'loss > 1' changes its state very often; ");
  expect((await readOnlyJournal(cwd)).filter(({ rule }) => rule === "loss > 1").length).toBe(999);
});
