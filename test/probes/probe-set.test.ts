import { describe, expect, test, vi } from "vitest";

import type { Reading } from "../../src/model/metric.ts";
import type { OpenProbe, Probe } from "../../src/model/probe.ts";
import type { ProbeSelection, Registration } from "../../src/probes/index.ts";
import { allMetrics, openProbes } from "../../src/probes/index.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import { selectionOf } from "../../src/probes/selection.ts";
import { byKey, fixtureHost, makeHost, statLine } from "./tree.ts";

const ALL: ProbeSelection = { system: true, gpu: true, disk: true, network: true, perCpu: true };
const NONE: ProbeSelection = { system: false, gpu: false, disk: false, network: false, perCpu: false };
const NOBODY = { ownPids: [] };
const GOOD: Reading[] = [{ key: "good", value: 1 }];
const SHORT = 30;
const VOCABULARY = `
  cpu_percent cpu_count_logical cpu_count_physical cpu_per_core load_average
  memory_total memory_available memory_used memory_percent swap_total swap_used
  disk_total disk_used disk_free disk_percent disk_read_bytes disk_write_bytes
  network_bytes_sent network_bytes_recv network_packets_sent network_packets_recv gpu_count
  disk_read_bytes_per_second disk_write_bytes_per_second network_bytes_sent_per_second network_bytes_recv_per_second
  process_counts total_processes open_files system_uptime_hours
  cpu_pressure_percent memory_pressure_percent memory_pressure_full_percent io_pressure_percent io_pressure_full_percent
  tmp_percent shm_percent container_cpu_percent container_cpu_limit container_cpu_throttled_percent
  container_memory_limit container_memory_working_set container_memory_percent container_oom_kills
  workload_cpu_percent workload_memory_rss tracelet_cpu_percent tracelet_memory_rss
`
  .trim()
  .split(/\s+/);

describe("a set of probes", () => {
  test("a probe that throws does not touch the others", async () => {
    const set = await open(
      probe("bad", {
        sample: () => {
          throw new Error("EIO: i/o error, read");
        },
      }),
      good(),
    );
    expect(await set.sample(NOBODY)).toEqual({
      readings: GOOD,
      failures: [
        {
          probe: "bad",
          unavailable: { state: "failed", metrics: ["bad"], reason: "could not be read: EIO: i/o error, read" },
        },
      ],
    });
  });

  test("a probe that hangs is left behind in time, not asked again, and taken back when it answers", async () => {
    let answer: (readings: Reading[]) => void = () => undefined;
    const sample = vi.fn<() => Promise<Reading[]>>(() => new Promise<Reading[]>((resolve) => (answer = resolve)));
    const set = await open(probe("slow", { sample }), good());
    const late = {
      probe: "slow",
      unavailable: { state: "failed", metrics: ["slow"], reason: `did not answer within ${SHORT} ms` },
    };
    expect(await set.sample(NOBODY)).toEqual({ readings: GOOD, failures: [late] });
    expect(await set.sample(NOBODY)).toEqual({ readings: GOOD, failures: [late] });
    expect(sample).toHaveBeenCalledTimes(1);
    answer([]);
    sample.mockResolvedValue([{ key: "slow", value: 2 }]);
    await vi.waitFor(async () => {
      expect(await set.sample(NOBODY)).toEqual({ readings: [{ key: "slow", value: 2 }, ...GOOD], failures: [] });
    });
  });

  test("what changes slowly is read at its own pace in a run, however short the interval, and always when all is wanted", async () => {
    const { host, clock } = await makeHost();
    const registry: Registration[] = [
      {
        group: "always",
        on: "anywhere",
        every: 5,
        probe: probe("slow", { sample: () => [{ key: "slow", value: 1 }] }),
      },
      { group: "always", on: "anywhere", probe: good() },
    ];
    const set = await openProbes(host, ALL, registry);
    const keysAt = async (seconds: number, which: "all" | "due") => {
      clock.milliseconds = 1000 * seconds;
      return (await set.sample(NOBODY, which)).readings.map(({ key }) => key);
    };
    expect(await keysAt(10, "due")).toEqual(["slow", "good"]);
    expect(await keysAt(11, "due")).toEqual(["good"]);
    // The timer came a little late the first time.
    expect(await keysAt(14.95, "due")).toEqual(["slow", "good"]);
    expect(await keysAt(16, "all")).toEqual(["slow", "good"]);
    expect(await keysAt(20, "due")).toEqual(["good"]);
    expect(await keysAt(21, "due")).toEqual(["slow", "good"]);
  });

  test("a process that was looked at just before a tick is not read again in it", async () => {
    const { host, write, clock } = await makeHost({ "proc/7/stat": statLine({ pid: 7, rss: 3 }) });
    const scan = createProcessScan(host);
    scan.table();
    scan.nextTick();
    scan.table();
    expect(scan.look(7)?.rssPages).toBe(3);
    await write("proc/7/stat", statLine({ pid: 7, rss: 4 }));
    scan.nextTick();
    expect(scan.read([7]).processes.get(7)?.rssPages).toBe(3);
    clock.milliseconds += 1000;
    scan.nextTick();
    expect(scan.read([7]).processes.get(7)?.rssPages).toBe(4);
  });

  test("a probe that cannot be opened says why and gives nothing", async () => {
    const close = vi.fn<() => void>();
    const late = new Promise<OpenProbe>((resolve) => setTimeout(resolve, 3 * SHORT, { sample: () => [], close }));
    const set = await open(
      {
        ...probe("throws", {}),
        open: () => {
          throw new Error("no");
        },
      },
      { ...probe("hangs", {}), open: () => late },
      {
        ...probe("absent", {}),
        open: () => Promise.resolve({ state: "unavailable", metrics: ["absent"], reason: "none" }),
      },
      good(),
    );
    expect(set.unavailable.map(({ probe, unavailable }) => [probe, unavailable.state, unavailable.reason])).toEqual([
      ["throws", "failed", "could not be read: no"],
      ["hangs", "failed", `did not answer within ${SHORT} ms`],
      ["absent", "unavailable", "none"],
    ]);
    expect(await set.sample(NOBODY)).toEqual({ readings: GOOD, failures: [] });
    await vi.waitFor(() => expect(close).toHaveBeenCalled());
  });

  test("what is switched off is not even opened", async () => {
    const { host } = await makeHost();
    const set = await openProbes(host, NONE);
    expect(new Set(set.unavailable.map(({ probe }) => probe))).toEqual(
      new Set(["workload", "workload_io", "workload_memory", "tracelet"]),
    );
    expect(await set.sample(NOBODY)).toEqual({ readings: [], failures: [] });
    set.close();
  });

  test("a machine that shows nothing gives reasons, no numbers, and no errors", async () => {
    const { host, root } = await makeHost();
    const set = await openProbes({ ...host, diskPath: `${root}/missing` }, { ...ALL, processes: 3 });
    expect(await set.sample(NOBODY)).toEqual({ readings: [], failures: [] });
    const explained = set.unavailable.flatMap(({ unavailable }) => unavailable.metrics);
    expect(explained.sort()).toEqual([...allMetrics().map(({ key }) => key), "processes"].sort());
    set.close();
  });

  test("no two probes give the same key", async () => {
    const set = await openProbes(fixtureHost("vm"), ALL);
    const { readings } = await set.sample({ pid: 512, ownPids: [] });
    expect(readings).toHaveLength(Object.keys(byKey(readings)).length);
    set.close();
  });

  test("knows every key of the vocabulary", () => {
    const keys = allMetrics().map(({ key }) => key);
    expect(VOCABULARY.filter((key) => !keys.includes(key))).toEqual([]);
  });

  test("the settings choose the probes", () => {
    const tracking = { trackSystem: true, trackGpu: false, trackDisk: true, trackNetwork: false, includePerCpu: true };
    const chosen = { system: true, gpu: false, disk: true, network: false, perCpu: true };
    expect(selectionOf({ ...tracking, includeProcesses: false, processLimit: 5 })).toEqual(chosen);
    expect(selectionOf({ ...tracking, includeProcesses: true, processLimit: 5 })).toEqual({ ...chosen, processes: 5 });
  });
});

function probe(id: string, opened: Partial<OpenProbe>): Probe {
  const open = () => Promise.resolve({ sample: () => [], close: () => undefined, ...opened });
  return { id, metrics: [{ key: id, unit: "count", kind: "gauge", description: "A.", source: "a test" }], open };
}

function good(): Probe {
  return probe("good", { sample: () => GOOD });
}

async function open(...probes: Probe[]) {
  const registry = probes.map((entry): Registration => ({ group: "always", on: "anywhere", probe: entry }));
  return openProbes(fixtureHost("vm"), ALL, registry, SHORT);
}
