import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { canFakeNvml, fakeNvml } from "../support/fake-nvml.ts";
import {
  type JournalLine,
  journalSoFar,
  runFolders,
  startTracelet,
  temporaryFolder,
  tracelet,
  until,
} from "../support/tracelet.ts";

const WAIT = "while [ ! -e go ]; do sleep 0.05; done";
const COMMAND = `echo step=1 loss=3; ${WAIT}; echo step=2 loss=2; exit 5`;
const CARDS = "count 2\n*.temperature 60\n";

describe.runIf(canFakeNvml)("a GPU driver", () => {
  test("that hangs while the run goes on costs its own readings, and a reason says so", async () => {
    const { running, journal, fake, go } = await runWith(CARDS);
    await until("a reading of both", async () => gpusIn(await journal()).at(-1) === 2);
    fake.write(`${CARDS}1.nvmlDeviceGetTemperature hang\n`);
    await until("a reading without them", async () => gpusIn(await journal()).at(-1) === 0);
    await go();
    const ended = await running.ended;
    expect(ended.code).toBe(5);
    expect(ended.errors).not.toContain("the watcher");
    const lines = await journal();
    expect(lines.filter(({ type }) => type === "watcher")).toHaveLength(1);
    expect(reasonsIn(lines)).toContainEqual(expect.stringContaining("did not answer within 1000 ms"));
    expect(lines.filter(({ type }) => type === "metrics")).toHaveLength(2);
  });

  test("that hangs when it is opened keeps nothing but its readings from the run", async () => {
    const { running, journal, go } = await runWith("nvmlInit_v2 hang\n");
    await until("a metric", async () => (await journal()).some(({ type }) => type === "metrics"), 60);
    await go();
    expect((await running.ended).code).toBe(5);
    expect((await journal()).at(-1)).toMatchObject({ type: "end", exitCode: 5 });
  });

  test("that hangs is waited for once by a snapshot, which says so", async () => {
    const fake = await fakeNvml("nvmlInit_v2 hang\n");
    const env = { TRACELET_NVML_LIBRARY: fake.path };
    const ended = await tracelet(["snapshot", "--json"], { cwd: await temporaryFolder(), env });
    expect([ended.code, ended.errors]).toEqual([0, ""]);
    const { unavailable } = JSON.parse(ended.stdout.toString()) as { unavailable: unknown[] };
    expect(unavailable).toContainEqual({
      state: "failed",
      metrics: ["gpu_count"],
      reason: "the driver did not answer within 5000 ms",
      hint: expect.stringMatching(/^tracelet doctor waits longer; /),
    });
    expect(ended.milliseconds).toBeLessThan(10_000);
  });

  test("that ends the watcher does so twice; the third goes on without GPUs", async () => {
    const { running, journal, fake, go } = await runWith(CARDS);
    await until("a reading of both", async () => gpusIn(await journal()).at(-1) === 2);
    fake.write(`${CARDS}0.nvmlDeviceGetTemperature crash\n`);
    await until("three watchers", async () => (await journal()).filter(({ type }) => type === "watcher").length === 3);
    const samples = gpusIn(await journal()).length;
    await until("readings of the rest", async () => gpusIn(await journal()).length > samples + 2);
    await go();
    const ended = await running.ended;
    expect(ended.code).toBe(5);
    expect(ended.errors).not.toContain("not started again");
    const lines = await journal();
    expect(lines.filter(({ type }) => type === "watcher")).toHaveLength(3);
    expect(gpusIn(lines).at(-1)).toBe(0);
    expect(reasonsIn(lines)).toContainEqual("not read any more: native code ended the watcher 2 times");
    expect(lines.filter(({ type }) => type === "metrics")).toHaveLength(2);
  });
});

async function runWith(text: string) {
  const cwd = await temporaryFolder();
  const fake = await fakeNvml(text);
  const running = startTracelet(["run", "--interval", "0.3", "--", "sh", "-c", COMMAND], {
    cwd,
    env: { TRACELET_NVML_LIBRARY: fake.path },
  });
  return {
    running,
    fake,
    journal: async () => journalSoFar((await runFolders(cwd))[0]),
    go: () => writeFile(join(cwd, "go"), ""),
  };
}

/** How many GPUs each sample tells the temperature of. */
function gpusIn(lines: readonly JournalLine[]): number[] {
  return lines
    .filter(({ type }) => type === "sample")
    .map(({ metrics }) => Object.keys(metrics as object).filter((key) => /^gpu_\d+_temperature$/.test(key)).length);
}

function reasonsIn(lines: readonly JournalLine[]): unknown[] {
  return lines.filter(({ type }) => type === "unavailable").map(({ reason }) => reason);
}
