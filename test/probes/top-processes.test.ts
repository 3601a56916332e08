import { describe, expect, test } from "vitest";

import type { ProcessEntry } from "../../src/model/probe.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import { isReason } from "../../src/probes/readings.ts";
import { openTopProcesses, pickTop } from "../../src/probes/top-processes.ts";
import { makeHost, statLine } from "./tree.ts";

describe("top processes", () => {
  test("the busiest and the largest are there, and never more than asked for", () => {
    const entries = [entry(1, 90, 10), entry(2, 80, 20), entry(3, 0, 1000), entry(4, 70, 30), entry(5, 0, 900)];
    expect(pickTop(entries, 3).map(({ pid }) => pid)).toEqual([1, 2, 3]);
    expect(pickTop(entries, 1).map(({ pid }) => pid)).toEqual([1]);
    expect(pickTop(entries, 0)).toEqual([]);
    expect(pickTop(entries, 99)).toHaveLength(5);
  });

  test("percentages are of one core, absent at first, and a cut name is completed", async () => {
    const { host, write, clock } = await makeHost({
      "proc/meminfo": "MemTotal: 4000 kB\n",
      "proc/1/stat": statLine({ pid: 1, name: "a_very_long_nam", rss: 100, user: 10 }),
      "proc/1/cmdline": "/usr/bin/a_very_long_name\0--flag\0",
    });
    const scan = createProcessScan(host);
    const top = openTopProcesses(host, scan, 5);
    if (isReason(top)) throw new Error(top.reason);
    expect(top.list()).toEqual([
      { pid: 1, name: "a_very_long_name", status: "sleeping", memory_rss: 409600, memory_percent: 10 },
    ]);
    clock.milliseconds += 1000;
    await write("proc/1/stat", statLine({ pid: 1, name: "a_very_long_nam", state: "R", rss: 100, user: 160 }));
    scan.nextTick();
    expect(top.list()).toMatchObject([{ status: "running", cpu_percent: 150 }]);
    scan.nextTick();
    expect(top.list()).toBeUndefined();
  });

  test("without the machine's memory there is a reason", async () => {
    const { host } = await makeHost({ "proc/1/stat": statLine({ pid: 1 }) });
    expect(openTopProcesses(host, createProcessScan(host), 5)).toMatchObject({ metrics: ["processes"] });
  });
});

function entry(pid: number, cpu: number, rss: number): ProcessEntry {
  return { pid, name: "x", status: "running", cpu_percent: cpu, memory_rss: rss, memory_percent: 0 };
}
