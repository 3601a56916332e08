import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import type { Host, OpenProbe, Workload } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import { thisHost } from "../../src/probes/host.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import { createPssPace } from "../../src/probes/pss-pace.ts";
import { parsePss, workloadMemory } from "../../src/probes/workload-memory.ts";
import { isAvailable, pythonEnvironment } from "../support/python-environment.ts";
import { until } from "../support/tracelet.ts";
import { byKey, makeHost, statLine } from "./tree.ts";

const GIB = 1024 ** 3;
const TARGET = { pid: 40, ownPids: [] };
const rollup = (kibibytes: number) =>
  `1000-2000 ---p 00000000 00:00 0    [rollup]\nRss:    9999 kB\nPss:    ${kibibytes} kB\nPss_Anon:    7 kB\n`;

describe("the Pss of", () => {
  test.each([
    ["", undefined],
    ["Pss: 17", undefined],
    ["Pss_Anon:   112 kB\n", undefined],
    ["Pss:   x kB\n", undefined],
    [rollup(0), 0],
    [rollup(176), 176 * 1024],
  ])("%j is %s", (text, bytes) => {
    expect(parsePss(text)).toBe(bytes);
  });
});

describe("the memory of the workload", () => {
  const files = {
    "proc/1/stat": statLine({ pid: 1, parent: 0, session: 1 }),
    "proc/self/smaps_rollup": rollup(1),
    "proc/40/stat": statLine({ pid: 40 }),
    "proc/40/smaps_rollup": rollup(100),
    "proc/41/stat": statLine({ pid: 41, parent: 40 }),
    "proc/41/smaps_rollup": rollup(20),
    "proc/42/stat": statLine({ pid: 42, parent: 40, state: "Z" }),
  };

  test("is told after five seconds, then seldom, and not in between", async () => {
    const { host, clock } = await makeHost(files);
    const { sample } = await open(host);
    expect(await sample()).toEqual({});
    clock.milliseconds += 4999;
    expect(await sample()).toEqual({});
    clock.milliseconds += 1;
    expect(await sample()).toEqual({ workload_memory_pss: 120 * 1024 });
    clock.milliseconds += 4999;
    expect(await sample()).toEqual({});
    clock.milliseconds += 1;
    expect(await sample()).toEqual({ workload_memory_pss: 120 * 1024 });
  });

  test("is without a process that has ended, and unknown with one that lets nobody look", async () => {
    const { host, clock, write, remove } = await makeHost(files);
    const { sample } = await open(host);
    await sample();
    await remove("proc/41/smaps_rollup");
    clock.milliseconds += 5000;
    expect(await sample()).toEqual({ workload_memory_pss: 100 * 1024 });
    await write("proc/41/smaps_rollup", "");
    clock.milliseconds += 60_000;
    expect(await sample()).toEqual({});
  });

  test("is unavailable where the kernel does not tell it", async () => {
    const { host } = await makeHost({ ...files, "proc/self/smaps_rollup": "" });
    expect(await workloadMemory.open(host, createProcessScan(host))).toMatchObject({ state: "unavailable" });
  });
});

const psutilPython = () =>
  pythonEnvironment("psutil-venv", join(import.meta.dirname, "../support/psutil/requirements.txt"));
const canCompare = process.platform === "linux" && (await isAvailable("psutil", psutilPython));

describe.skipIf(!canCompare)("the memory of three processes that share some of it", { timeout: 120_000 }, () => {
  test("is what psutil says, and holds the shared part once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tracelet-pss-"));
    const told = join(folder, "told.json");
    const words = [join(import.meta.dirname, "../e2e/programs/known_load.py"), told, join(folder, "end")];
    const load = spawn(await psutilPython(), words, { stdio: "ignore" });
    onTestFinished(async () => {
      await writeFile(join(folder, "end"), "");
      await once(load, "exit");
      await rm(folder, { recursive: true });
    });
    const theirs = await until(
      "the load is there",
      async (): Promise<{ pss: number; rss: number } | undefined> => {
        const text = await readFile(told, "utf8").catch(() => undefined);
        return text === undefined ? undefined : JSON.parse(text);
      },
      60,
    );
    let clock = 0;
    // A clock that stands still while pages are looked at: on a busy machine that may take too long to be done again.
    const { sample } = await open({ ...thisHost("/"), now: () => clock }, { pid: load.pid ?? 0, ownPids: [] });
    await sample();
    clock = 5000;
    const { workload_memory_pss: pss } = await sample();
    expect(Math.abs(Number(pss) - theirs.pss) / theirs.pss).toBeLessThan(0.03);
    expect(pss).toBeGreaterThan((64 + 64) * 2 ** 20);
    expect(pss).toBeLessThan((64 + 64 + 30) * 2 ** 20);
    expect(theirs.rss).toBeGreaterThan(3 * (64 + 64) * 2 ** 20);
  });
});

describe("the pace at which pages are gone through", () => {
  const dueTimes = (milliseconds: number, sizes: readonly number[], seconds: number): number[] => {
    const pace = createPssPace();
    const due: number[] = [];
    for (let second = 0; second <= seconds; second += 1) {
      if (!pace.isDue(second * 1000, () => sizes)) continue;
      due.push(second);
      for (const bytes of sizes) pace.took(bytes, milliseconds);
    }
    return due;
  };

  test("is once a minute at most", () => {
    expect(dueTimes(1, [GIB / 10], 300)).toEqual([5, 10, 20, 40, 80, 140, 200, 260]);
  });

  test("takes no more than a thousandth of the time", () => {
    expect(dueTimes(45, [GIB, GIB], 600)).toEqual([5, 95, 185, 275, 365, 455, 545]);
  });

  test("leaves processes alone that it would hold up for long", () => {
    expect(dueTimes(1, [3 * GIB], 300)).toEqual([]);
    expect(
      dueTimes(
        1,
        Array.from({ length: 10 }, () => GIB),
        300,
      ),
    ).toEqual([]);
  });

  test("tries what took long again some minutes later, in case the machine was busy", () => {
    const [first, second, third] = dueTimes(80, [GIB], 1000);
    expect(first).toBe(5);
    expect(Number(second) - 5).toBeGreaterThan(200);
    expect(Number(third) - Number(second)).toBeGreaterThan(200);
  });
});

async function open(host: Host, target: Workload = TARGET) {
  const scan = createProcessScan(host);
  const opened: OpenProbe | { reason: string } = await workloadMemory.open(host, scan);
  if (!("sample" in opened) || isUnavailable(opened)) throw new Error("unavailable");
  return {
    sample: async () => {
      scan.nextTick();
      return byKey(await opened.sample(target));
    },
  };
}
