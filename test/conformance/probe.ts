import { readdirSync } from "node:fs";

import { describe, expect, onTestFinished, test } from "vitest";

import type { Reading, Unavailable } from "../../src/model/metric.ts";
import { seriesOf } from "../../src/model/metric.ts";
import type { Host, Workload } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import { thisHost } from "../../src/probes/host.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import type { ScanningProbe } from "../../src/probes/scanning-probe.ts";
import { fixtureHost, makeHost } from "../probes/tree.ts";

const FIXTURES = ["vm", "container", "cgroup-v1", "cgroup-v2", "disks", "bonded-network", "amd-gpu"];
/** These are percent of one core: a process on four cores has 400. */
const PERCENT_OF_ONE_CORE = new Set(["workload_cpu_percent", "tracelet_cpu_percent"]);
const WORKLOAD: Workload = { pid: process.ppid, ownPids: [process.pid] };

interface Expectations {
  /** Keys that may be left out of a reading without an entry in `unavailable`, as the probe's own text says. */
  readonly mayLeaveOut: readonly string[];
  /** Whether it reads the roots that the host names, so that it can be shown another machine. */
  readonly readsRoots: boolean;
}

/** What every probe promises; a new one fails the tests until it keeps it. */
export function testProbe(probe: ScanningProbe, { mayLeaveOut, readsRoots }: Expectations): void {
  describe(`probe ${probe.id}`, () => {
    test("says of each key what it means", () => {
      expect(new Set(probe.metrics.map((metric) => metric.key)).size).toBe(probe.metrics.length);
      for (const metric of probe.metrics) {
        expect(metric.key).toMatch(/^[a-z][a-z0-9_<>]*$/);
        expect(metric.description).toMatch(/^[A-Z].*\.$/);
        expect(metric.source).not.toBe("");
      }
    });

    test.runIf(readsRoots)("gives reasons and no numbers where /proc and /sys are empty", async () => {
      const { host, root } = await makeHost();
      const { readings, unavailable } = await readTwice(probe, { ...host, diskPath: `${root}/missing` });
      expect(readings).toEqual([]);
      expect(unavailable.flatMap(({ metrics }) => metrics).sort()).toEqual(probe.metrics.map(({ key }) => key).sort());
      for (const { reason, state } of unavailable) {
        expect(reason).not.toBe("");
        expect(state).toBe("unavailable");
      }
    });

    test.runIf(readsRoots).each(FIXTURES)("gives what it declares or a reason on the host '%s'", async (name) => {
      expect(problemsOf(probe, await readTwice(probe, fixtureHost(name)), mayLeaveOut)).toEqual([]);
    });

    test("gives what it declares or a reason on this machine", async () => {
      expect(problemsOf(probe, await readTwice(probe, thisHost(process.cwd())), mayLeaveOut)).toEqual([]);
    });

    test.runIf(process.platform === "linux")("keeps no more descriptors than it opened and closes them", async () => {
      const host = thisHost(process.cwd());
      const scan = createProcessScan(host);
      const before = countDescriptors();
      const opened = await probe.open(host, scan);
      if (isUnavailable(opened)) return;
      const afterOpening = countDescriptors();
      for (let tick = 0; tick < 3; tick++) {
        scan.nextTick();
        await opened.sample(WORKLOAD);
      }
      expect(countDescriptors()).toBe(afterOpening);
      opened.close();
      expect(countDescriptors()).toBe(before);
    });
  });
}

interface Outcome {
  readonly readings: readonly Reading[];
  readonly unavailable: readonly Unavailable[];
}

/** What an outcome breaks, in words. */
function problemsOf(probe: ScanningProbe, outcome: Outcome, mayLeaveOut: readonly string[]): string[] {
  const { readings, unavailable } = outcome;
  const declared = probe.metrics.map((metric) => metric.key);
  const read = readings.map(({ key }) => withoutNumber(key));
  const told = new Set([...read, ...unavailable.flatMap(({ metrics }) => metrics).map(withoutNumber), ...mayLeaveOut]);
  return [
    ...read.filter((key) => !declared.includes(key)).map((key) => `${key} is not declared`),
    ...declared.filter((key) => !told.has(key)).map((key) => `${key} has neither a value nor a reason`),
    ...readings.flatMap((reading) => valueProblems(probe, reading)),
  ];
}

async function readTwice(probe: ScanningProbe, host: Host): Promise<Outcome> {
  const scan = createProcessScan(host);
  const opened = await probe.open(host, scan);
  if (isUnavailable(opened)) return { readings: [], unavailable: [opened] };
  onTestFinished(() => opened.close());
  await opened.sample(WORKLOAD);
  scan.nextTick();
  return { readings: await opened.sample(WORKLOAD), unavailable: opened.unavailable ?? [] };
}

function valueProblems(probe: ScanningProbe, reading: Reading): string[] {
  const { unit } = probe.metrics.find(({ key }) => key === withoutNumber(reading.key)) ?? {};
  return seriesOf(reading)
    .filter(([key, value]) => {
      if (!Number.isFinite(value) || value < 0) return true;
      if (unit === "percent") return value > 100 && !PERCENT_OF_ONE_CORE.has(key);
      return (unit === "bytes" || unit === "count") && !Number.isInteger(value);
    })
    .map(([key, value]) => `${key} is ${value}`);
}

function withoutNumber(key: string): string {
  return key.replace(/^gpu_\d+_/, "gpu_<i>_");
}

function countDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}
