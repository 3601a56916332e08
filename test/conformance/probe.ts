import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, describe, expect, onTestFinished, test } from "vitest";

import type { Reading, Unavailable } from "../../src/model/metric.ts";
import { seriesOf } from "../../src/model/metric.ts";
import type { Host, Workload } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import { thisHost } from "../../src/probes/host.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import type { ScanningProbe } from "../../src/probes/scanning-probe.ts";
import { fixtureHost, makeHost } from "../probes/tree.ts";

const FIXTURES = ["vm", "container", "cgroup-v1", "cgroup-v2", "cgroup-hybrid", "disks", "bonded-network", "amd-gpu"];
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

    test.runIf(readsRoots).each(DAMAGES)("gives nothing wrong where every file is %s", async (_, damage) => {
      for (const name of FIXTURES) {
        const host = await damagedHost(name, damage);
        // A file that is cut short may lack what it is asked for; what is there has to be right all the same.
        expect(problemsOf(probe, await readTwice(probe, host), allKeys(probe))).toEqual([]);
      }
    });

    test.runIf(readsRoots)("goes on, without a negative number, when every counter starts again", async () => {
      for (const name of FIXTURES) {
        const { host, rewrite } = await copyOf(name);
        const outcome = await readTwice(probe, host, () => rewrite(resetCounters));
        expect(problemsOf(probe, outcome, allKeys(probe))).toEqual([]);
      }
    });

    test.runIf(readsRoots)("says or leaves out what goes away while it runs", async () => {
      for (const name of FIXTURES) {
        const { host, rewrite } = await copyOf(name);
        const outcome = await readTwice(probe, host, () => rewrite(() => "")).catch(errorAsOutcome);
        expect(problemsOf(probe, outcome, allKeys(probe))).toEqual([]);
      }
    });

    test("gives what it declares or a reason on this machine", async () => {
      expect(problemsOf(probe, await readTwice(probe, thisHost(process.cwd())), mayLeaveOut)).toEqual([]);
    });

    test.runIf(process.platform === "linux")("keeps no more descriptors than it opened and closes them", async () => {
      const host = thisHost(process.cwd());
      const before = countDescriptors();
      const scan = createProcessScan(host);
      const opened = await probe.open(host, scan);
      if (isUnavailable(opened)) return scan.close();
      const tick = async () => {
        scan.nextTick();
        await opened.sample({ ownPids: [process.pid] });
        return countDescriptors();
      };
      // The second tick is the first one in which the scan reads single processes, and keeps them open.
      await tick();
      const afterSecond = await tick();
      for (let ticks = 0; ticks < 3; ticks++) expect(await tick()).toBe(afterSecond);
      opened.close();
      scan.close();
      expect(countDescriptors()).toBe(before);
    });
  });
}

/** What may happen to a file of the kernel, or come with a newer one. */
const DAMAGES: readonly [what: string, damage: (text: string) => string][] = [
  ["empty", () => ""],
  ["cut in its middle", (text) => text.slice(0, text.length / 2)],
  ["cut at its last digit", (text) => text.trimEnd().slice(0, -1)],
  ["full of other words", () => "lorem ipsum\ndolor: sit amet\n"],
  ["binary", () => "\u0000\uFFFD\u0001".repeat(50)],
  ["longer by lines that nobody knows", (text) => `${text.trimEnd()}\nnew_thing 7\nother: 12 kB more\n`],
];

/** Every count as it is after a driver, or the machine, was started anew; what is no count (versions, names) stays. */
function resetCounters(text: string): string {
  return text.replaceAll(/\b\d{4,}\b/g, "3");
}

/** One host of the fixtures for all probes; only files that differ from what a test wants are written. */
async function copyOf(name: string) {
  const copy = await (COPIES[name] ??= makeCopy(name));
  await copy.rewrite((text) => text);
  return copy;
}

const COPIES: Record<string, ReturnType<typeof makeCopy>> = {};
afterAll(async () => {
  for (const copy of Object.values(COPIES)) await rm((await copy).root, { recursive: true });
});

async function makeCopy(name: string) {
  const original = fixtureHost(name);
  const root = await mkdtemp(join(tmpdir(), "tracelet-copy-"));
  await cp(dirname(original.proc), root, { recursive: true });
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, "utf8");
    return { path, text, now: text };
  });
  const rewrite = async (change: (text: string) => string) => {
    for (const file of files) {
      const text = change(file.text);
      if (text !== file.now) writeFileSync(file.path, text);
      file.now = text;
    }
  };
  const below = { proc: join(root, "proc"), sys: join(root, "sys"), diskPath: join(root, "proc") };
  return { root, host: { ...original, ...below, tmpPath: join(root, "tmp"), shmPath: join(root, "dev/shm") }, rewrite };
}

async function damagedHost(name: string, damage: (text: string) => string): Promise<Host> {
  const { host, rewrite } = await copyOf(name);
  await rewrite(damage);
  return host;
}

function allKeys(probe: ScanningProbe): string[] {
  return probe.metrics.map(({ key }) => key);
}

/** To throw is a way of saying that the whole probe failed this time. */
function errorAsOutcome(error: unknown): Outcome {
  expect(error).toBeInstanceOf(Error);
  return { readings: [], unavailable: [] };
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

async function readTwice(
  probe: ScanningProbe,
  host: Host,
  between: () => Promise<void> = async () => undefined,
): Promise<Outcome> {
  const scan = createProcessScan(host);
  const opened = await probe.open(host, scan);
  if (isUnavailable(opened)) return { readings: [], unavailable: [opened] };
  onTestFinished(() => opened.close());
  await opened.sample(WORKLOAD);
  await between();
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
