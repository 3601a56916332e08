import { readFileSync } from "node:fs";

import { describe, expect, test, vi } from "vitest";

import { thisHost } from "../../src/probes/host.ts";
import { openProbes } from "../../src/probes/index.ts";
import { byKey } from "./tree.ts";

const SELECTION = { system: true, gpu: true, disk: true, network: true, perCpu: true, processes: 3 };

describe.runIf(process.platform === "linux")("on this machine", () => {
  test("the readings agree with a second look at the same kernel files", async () => {
    const set = await openProbes(thisHost(process.cwd()), SELECTION);
    expect((await set.sample({ ownPids: [process.pid] })).processes).toHaveLength(3);
    await vi.waitFor(async () => {
      const before = look();
      const { readings, failures } = await set.sample({ pid: process.ppid, ownPids: [process.pid] });
      const after = look();
      const read = byKey(readings);
      expect(failures).toEqual([]);
      expect(read["cpu_percent"]).toBeGreaterThanOrEqual(0);
      expect(read["memory_total"]).toBe(after.memoryTotal);
      expect(read["system_uptime_hours"]).toBeGreaterThanOrEqual(before.uptime / 3600);
      expect(read["system_uptime_hours"]).toBeLessThanOrEqual(after.uptime / 3600);
      expect(read["workload_processes"]).toBeGreaterThanOrEqual(1);
      // Unmoved by other processes only when the pages of this one did not change between the looks: try again then.
      expect(read["tracelet_memory_rss"]).toBeGreaterThanOrEqual(0.9 * before.ownRss);
      expect(read["tracelet_memory_rss"]).toBeLessThanOrEqual(1.1 * after.ownRss);
    });
    set.close();
  });
});

function look() {
  const field = (path: string, pattern: RegExp) => Number(pattern.exec(readFileSync(path, "utf8"))?.[1]);
  return {
    memoryTotal: field("/proc/meminfo", /^MemTotal:\s+(\d+) kB$/m) * 1024,
    uptime: field("/proc/uptime", /^(\S+)/),
    ownRss: field("/proc/self/status", /^VmRSS:\s+(\d+) kB$/m) * 1024,
  };
}
