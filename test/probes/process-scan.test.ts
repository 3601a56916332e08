import { spawn } from "node:child_process";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import type { Host } from "../../src/model/probe.ts";
import { thisHost } from "../../src/probes/host.ts";
import { openProbes } from "../../src/probes/index.ts";
import { parseLastPid } from "../../src/probes/process-newcomers.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import { makeHost, statLine } from "./tree.ts";

const INIT = { "proc/1/stat": statLine({ pid: 1, parent: 0, session: 1 }) };
const CHILD = { "proc/40/stat": statLine({ pid: 40 }) };
const ONLY_SYSTEM = { system: true, gpu: false, disk: false, network: false, perCpu: false };
const TARGET = { pid: 40, ownPids: [50] };

describe("the process table", () => {
  test("is read when it is opened, in the first tick, and then at most every ten seconds", async () => {
    const { host, clock } = await makeHost(INIT);
    const scan = open(host);
    const tables = [scan.table()];
    for (const pause of [1000, 1000, 1000, 7900, 1000, 9000]) {
      clock.milliseconds += pause;
      scan.nextTick();
      tables.push(scan.table());
    }
    const readAnew = tables.map((table, index) => table !== tables[index - 1]);
    expect(readAnew).toEqual([true, true, false, false, true, false, true]);
  });

  test("is read every half minute where only numbers are told", async () => {
    const { host, write, clock } = await makeHost(INIT);
    const probes = await openProbes(host, ONLY_SYSTEM);
    onTestFinished(() => probes.close());
    const totals: unknown[] = [];
    for (const [pid, pause] of [1000, 10_000, 10_000, 10_000].entries()) {
      clock.milliseconds += pause;
      await write(`proc/${pid + 2}/stat`, statLine({ pid: pid + 2 }));
      const { readings } = await probes.sample({ ownPids: [] });
      totals.push(readings.find(({ key }) => key === "total_processes")?.value);
    }
    expect(totals).toEqual([2, 2, 2, 5]);
  });
});

describe("between two tables", () => {
  test("processes of the workload are read in every tick, and what they start is found", async () => {
    const { host, write, clock } = await makeHost({ ...INIT, ...CHILD });
    const scan = await opened(host, clock);
    await write("proc/40/stat", statLine({ pid: 40, user: 7 }));
    await write("proc/60/stat", statLine({ pid: 60, parent: 40 }));
    await write("proc/61/stat", statLine({ pid: 61, parent: 60 }));
    await write("proc/50/stat", statLine({ pid: 50, parent: 40 }));
    await write("proc/70/stat", statLine({ pid: 70 }));
    scan.nextTick();
    const { processes } = scan.workload(TARGET);
    expect(new Set(processes.keys())).toEqual(new Set([40, 60, 61]));
    expect(processes.get(40)?.ownTicks).toBe(7);
  });

  test("nothing is listed as long as /proc/loadavg tells that no pid was given out", async () => {
    const { host, write, clock } = await makeHost({ ...INIT, ...CHILD, "proc/loadavg": "0.1 0.1 0.1 1/99 900\n" });
    const scan = await opened(host, clock);
    await write("proc/901/stat", statLine({ pid: 901, parent: 40 }));
    scan.nextTick();
    expect([...scan.workload(TARGET).processes.keys()]).toEqual([40]);
    await write("proc/loadavg", "0.1 0.1 0.1 1/99 901\n");
    scan.nextTick();
    expect(new Set(scan.workload(TARGET).processes.keys())).toEqual(new Set([40, 901]));
  });

  test("a pid that a thread was given is no process", async () => {
    const { host, write, clock } = await makeHost({ ...INIT, ...CHILD, "proc/loadavg": "0.1 0.1 0.1 1/99 900\n" });
    const scan = await opened(host, clock);
    await write("proc/901/stat", `${statLine({ pid: 901, parent: 40 }).trim()} 0 0 0 0 0 0 0 0 -1 0 0\n`);
    await write("proc/902/stat", `${statLine({ pid: 902, parent: 40 }).trim()} 0 0 0 0 0 0 0 0 17 0 0\n`);
    await write("proc/loadavg", "0.1 0.1 0.1 1/99 903\n");
    scan.nextTick();
    expect(new Set(scan.workload(TARGET).processes.keys())).toEqual(new Set([40, 902]));
  });

  test.each([3, 100_000])("everything is listed when the last pid that was given out is %i", async (lastPid) => {
    const { host, write, clock } = await makeHost({ ...INIT, ...CHILD, "proc/loadavg": "0.1 0.1 0.1 1/99 900\n" });
    const scan = await opened(host, clock);
    await write("proc/3/stat", statLine({ pid: 3, parent: 40 }));
    await write("proc/loadavg", `0.1 0.1 0.1 1/99 ${lastPid}\n`);
    scan.nextTick();
    expect(new Set(scan.workload(TARGET).processes.keys())).toEqual(new Set([40, 3]));
  });

  test("a process that has another's pid is not taken for it", async () => {
    const { host, write, clock } = await makeHost({
      ...INIT,
      ...CHILD,
      "proc/41/stat": statLine({ pid: 41, parent: 40 }),
    });
    const scan = await opened(host, clock);
    await write("proc/41/stat", statLine({ pid: 41, parent: 1, start: 200 }));
    scan.nextTick();
    expect([...scan.workload(TARGET).processes.keys()]).toEqual([40]);
  });

  test("what has not changed is the same map", async () => {
    const { host, write, clock } = await makeHost({ ...INIT, ...CHILD });
    const scan = await opened(host, clock);
    scan.nextTick();
    const { processes } = scan.workload(TARGET);
    scan.nextTick();
    expect(scan.workload(TARGET).processes).toBe(processes);
    await write("proc/40/stat", statLine({ pid: 40, user: 7 }));
    scan.nextTick();
    expect(scan.workload(TARGET).processes).not.toBe(processes);
  });

  test.runIf(process.platform === "linux")("a real child of the workload comes and goes within the tick", async () => {
    const shell = spawn("sh", ["-c", "read a; sleep 60 & echo $!; read b; kill $!; wait; echo gone; read c"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    onTestFinished(() => void shell.kill("SIGKILL"));
    const target = { pid: shell.pid ?? 0, ownPids: [process.pid] };
    const said = () => new Promise<string>((resolve) => shell.stdout.once("data", (bytes) => resolve(String(bytes))));
    const scan = open(thisHost("/"));
    const pids = () => {
      scan.nextTick();
      return [...scan.workload(target).processes.keys()];
    };
    await vi.waitFor(() => expect(pids()).toEqual([target.pid]));
    shell.stdin.write("\n");
    const sleep = Number(await said());
    expect(new Set(pids())).toEqual(new Set([target.pid, sleep]));
    shell.stdin.write("\n");
    await said();
    expect(pids()).toEqual([target.pid]);
  });
});

test.each([
  ["0.42 0.38 0.25 2/187 12345\n", 12345],
  ["0.00 0.00 0.00 0/0 0\n", undefined],
  ["0.42 0.38 0.25", undefined],
  ["", undefined],
])("the last pid of %j is %s", (text, pid) => {
  expect(parseLastPid(text)).toBe(pid);
});

function open(host: Host) {
  const scan = createProcessScan(host);
  onTestFinished(() => scan.close());
  return scan;
}

/** A scan behind its first tick, in which it reads the whole table. */
async function opened(host: Host, clock: { milliseconds: number }) {
  const scan = open(host);
  scan.table();
  scan.nextTick();
  scan.workload(TARGET);
  clock.milliseconds += 1000;
  return scan;
}
