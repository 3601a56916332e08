import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { isAlive, processHere } from "../../src/journal/process-identity.ts";
import {
  journalSoFar,
  runFolders,
  startTracelet,
  temporaryFolder,
  textOf,
  tracelet,
  until,
} from "../support/tracelet.ts";

/** Goes on until it is told to end, or gets TERM. */
const COMMAND = "while [ ! -e go ]; do sleep 0.02; done";

describe("a run whose wrapper was killed", () => {
  test("is listed as orphaned with the command's pid while that lives, and then as crashed", async () => {
    const { cwd, child, running } = await killedWrapper([]);
    const rows = await listed(cwd);
    expect(rows).toMatchObject([{ status: "orphaned", child_pid: child }]);
    expect(textOf(await tracelet(["runs"], { cwd }))).toContain(`orphaned, pid ${child}`);
    expect(textOf(await tracelet(["show"], { cwd }))).toContain(`orphaned, pid ${child}`);
    await running.ended;
    await writeFile(join(cwd, "go"), "");
    await until("the end", async () => (await record(cwd, "end"))?.["status"] === "crashed");
    const [after] = await listed(cwd);
    expect(after).toMatchObject({ status: "crashed" });
    expect(after).not.toHaveProperty("child_pid");
  });

  test("is also listed as orphaned when its watcher was killed too, and sync closes it", async () => {
    const { cwd, child } = await killedWrapper([]);
    process.kill(Number((await record(cwd, "watcher"))?.["pid"]), "SIGKILL");
    // In its first seconds a run counts as running, whoever is gone.
    const [row] = await until("the list", async () => {
      const rows = await listed(cwd);
      return rows[0]?.["status"] !== "running" && rows;
    });
    expect(row).toMatchObject({ status: "orphaned", child_pid: child });
    await writeFile(join(cwd, "go"), "");
    await until("the command's end", async () => !isAlive(processHere(child)));
    expect(await listed(cwd)).toMatchObject([{ status: "crashed" }]);
  });

  test("has its command ended by TERM with --on-wrapper-death terminate, and is recorded to that end", async () => {
    const { cwd } = await killedWrapper(["--on-wrapper-death", "terminate"]);
    await until("the end", async () => (await record(cwd, "end"))?.["status"] === "crashed");
    expect(await listed(cwd)).toMatchObject([{ status: "crashed" }]);
  });
});

test("a watcher that hangs is replaced, and the new one goes on where the output was looked at", async () => {
  const cwd = await temporaryFolder();
  const command = `echo step=1 loss=0.5; ${COMMAND}; echo step=3 loss=0.1; exit 4`;
  const running = startTracelet(["run", "--interval", "1", "--", "sh", "-c", command], { cwd });
  onTestFinished(() => void running.kill("SIGKILL"));
  const first = await until("a metric", async () => (await record(cwd, "metrics")) && record(cwd, "watcher"));
  process.kill(Number(first["pid"]), "SIGSTOP");
  const second = await until(
    "another watcher",
    async () => {
      const found = await record(cwd, "watcher");
      return found?.["pid"] !== first["pid"] && found;
    },
    60,
  );
  expect(second).toBeDefined();
  await writeFile(join(cwd, "go"), "");
  const ended = await running.ended;
  expect(ended).toMatchObject({ code: 4, signal: null });
  expect(ended.errors).toContain("the watcher has not stirred for 30 s and was replaced by another one");
  const [folder] = await runFolders(cwd);
  const points = (await journalSoFar(folder)).filter(({ type }) => type === "metrics");
  expect(points.map(({ step, metrics }) => [step, metrics])).toEqual([
    [1, { loss: 0.5 }],
    [3, { loss: 0.1 }],
  ]);
}, 90_000);

/** A run whose wrapper was killed while its command goes on. */
async function killedWrapper(flags: readonly string[]) {
  const cwd = await temporaryFolder();
  const running = startTracelet(["run", "--interval", "1", ...flags, "--", "sh", "-c", COMMAND], { cwd });
  onTestFinished(() => writeFile(join(cwd, "go"), ""));
  const launch = await until("a sample", async () => (await record(cwd, "sample")) && record(cwd, "launch"));
  running.kill("SIGKILL");
  await until("the wrapper's end", async () => running.signalCode === "SIGKILL");
  await until("the list", async () => (await listed(cwd))[0]?.["status"] !== "running");
  return { cwd, running, child: Number(launch["pid"]) };
}

async function listed(cwd: string): Promise<Record<string, unknown>[]> {
  return JSON.parse(textOf(await tracelet(["runs", "--json"], { cwd }))) as Record<string, unknown>[];
}

/** The newest record of a type. */
async function record(cwd: string, type: string) {
  const [folder] = await runFolders(cwd);
  return (await journalSoFar(folder)).findLast((one) => one.type === type);
}
