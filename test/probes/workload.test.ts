import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import type { Host, OpenProbe, Workload } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import { thisHost } from "../../src/probes/host.ts";
import type { ProcessScan } from "../../src/probes/process-scan.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import { createRunMarker } from "../../src/probes/run-marker.ts";
import type { ScanningProbe } from "../../src/probes/scanning-probe.ts";
import { tracelet } from "../../src/probes/tracelet.ts";
import { createWorkloadTracker } from "../../src/probes/workload-members.ts";
import { workload } from "../../src/probes/workload.ts";
import { byKey, makeHost, statLine } from "./tree.ts";

const PAGE = 4096;
const INIT = { "proc/1/stat": statLine({ pid: 1, parent: 0, session: 1 }) };

describe("members of the workload", () => {
  test("everything below the child belongs to it, tracelet and its siblings do not", async () => {
    const machine = await makeHost({
      ...INIT,
      "proc/40/stat": statLine({ pid: 40 }),
      "proc/41/stat": statLine({ pid: 41, parent: 40 }),
      "proc/42/stat": statLine({ pid: 42, parent: 41 }),
      "proc/43/stat": statLine({ pid: 43, parent: 40 }),
      "proc/50/stat": statLine({ pid: 50 }),
    });
    expect(follow(machine.host)({ pid: 40, ownPids: [43] })).toEqual([40, 41, 42]);
  });

  test("a daemon that the child left behind still belongs to it", async () => {
    const { host, write, remove } = await makeHost({
      ...INIT,
      "proc/40/stat": statLine({ pid: 40 }),
      "proc/41/stat": statLine({ pid: 41, parent: 40 }),
    });
    const members = follow(host);
    expect(members({ pid: 40, ownPids: [] })).toEqual([40, 41]);
    await remove("proc/40");
    await write("proc/41/stat", statLine({ pid: 41, parent: 1 }));
    expect(members({ pid: 40, ownPids: [] })).toEqual([41]);
    await write("proc/41/stat", statLine({ pid: 41, parent: 1, start: 9999 }));
    expect(members({ pid: 40, ownPids: [] })).toEqual([]);
  });

  test("its session belongs to it when it leads one, and not otherwise", async () => {
    const stray = { "proc/41/stat": statLine({ pid: 41, parent: 1, session: 40 }) };
    const leader = await makeHost({ ...INIT, ...stray, "proc/40/stat": statLine({ pid: 40, session: 40 }) });
    expect(follow(leader.host)({ pid: 40, ownPids: [] })).toEqual([40, 41]);
    const follower = await makeHost({ ...INIT, ...stray, "proc/42/stat": statLine({ pid: 42, session: 40 }) });
    expect(follow(follower.host)({ pid: 42, ownPids: [] })).toEqual([42]);
  });
});

describe("workload", () => {
  test("the first percentage is about the time since the child's start", async () => {
    const { host } = await makeHost({
      ...INIT,
      // Started 500 ticks after boot, that is 2 s ago.
      "proc/40/stat": statLine({
        pid: 40,
        start: 500,
        user: 100,
        system: 50,
        reaped: 25,
        rss: 7,
        threads: 5,
        faults: 2,
        reapedFaults: 3,
      }),
      "proc/41/stat": statLine({ pid: 41, parent: 40, start: 600, user: 25, rss: 3, threads: 2, faults: 11 }),
      "proc/uptime": "7.00 1.00\n",
    });
    const { sample } = await open(workload, host);
    expect(await sample({ pid: 40, ownPids: [] })).toEqual({
      workload_cpu_percent: 100,
      workload_memory_rss: 10 * PAGE,
      workload_process_counts: { running: 0, sleeping: 2, "disk-sleep": 0, stopped: 0, zombie: 0 },
      workload_processes: 2,
      workload_threads: 7,
      workload_major_faults: 16,
    });
  });

  test("further percentages are about the time since the last reading", async () => {
    const { host, write, clock } = await makeHost({
      ...INIT,
      "proc/40/stat": statLine({ pid: 40, start: 500, user: 100 }),
      "proc/uptime": "7.00 1.00\n",
    });
    const { sample } = await open(workload, host);
    await sample({ pid: 40, ownPids: [] });
    clock.milliseconds += 500;
    await write("proc/40/stat", statLine({ pid: 40, start: 500, user: 200 }));
    expect(await sample({ pid: 40, ownPids: [] })).toMatchObject({ workload_cpu_percent: 200 });
    clock.milliseconds += 10;
    expect(await sample({ pid: 40, ownPids: [] })).not.toHaveProperty("workload_cpu_percent");
  });

  test("where the uptime is not the machine's, it begins with the first reading", async () => {
    const { host, write, clock } = await makeHost({
      ...INIT,
      "proc/40/stat": statLine({ pid: 40, start: 500, user: 100 }),
      "proc/uptime": "1.00 1.00\n",
    });
    const { sample } = await open(workload, host);
    expect(await sample({ pid: 40, ownPids: [] })).not.toHaveProperty("workload_cpu_percent");
    clock.milliseconds += 1000;
    await write("proc/40/stat", statLine({ pid: 40, start: 500, user: 150 }));
    expect(await sample({ pid: 40, ownPids: [] })).toMatchObject({ workload_cpu_percent: 50 });
  });

  test("an ended workload, or none, has no readings", async () => {
    const { host, write } = await makeHost({
      ...INIT,
      "proc/40/stat": statLine({ pid: 40 }),
      "proc/uptime": "7.00 1\n",
    });
    const { sample } = await open(workload, host);
    expect(await sample({ ownPids: [] })).toEqual({});
    expect(await sample({ pid: 40, ownPids: [] })).toMatchObject({ workload_processes: 1 });
    await write("proc/40/stat", statLine({ pid: 40, state: "Z", rss: 0 }));
    expect(await sample({ pid: 40, ownPids: [] })).toEqual({});
  });

  test.runIf(process.platform === "linux")(
    "a real command's children count while they live and afterwards",
    async () => {
      const busy = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n";
      // The shell waits for two children one after the other; `read` keeps it alive after that.
      const shell = spawn("sh", ["-c", 'python3 -c "$1"; python3 -c "$1"; echo done; read line', "sh", busy], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      onTestFinished(() => void shell.kill("SIGKILL"));
      const target = { pid: shell.pid ?? 0, ownPids: [process.pid] };
      const { sample } = await open(workload, thisHost("/"));
      let last = startedAt(target.pid);
      let seconds = 0;
      const add = async () => {
        const percent = (await sample(target))["workload_cpu_percent"];
        const now = uptime();
        if (typeof percent !== "number") return;
        seconds += (percent / 100) * (now - last);
        last = now;
      };
      const timer = setInterval(() => void add(), 100);
      await new Promise((resolve) => shell.stdout.once("data", resolve));
      clearInterval(timer);
      await vi.waitFor(async () => {
        await add();
        // The children have ended: now the shell's own account has them in full.
        const truth = accountOf(target.pid);
        expect(truth).toBeGreaterThan(0.5);
        expect(seconds).toBeGreaterThan(0.85 * truth);
        expect(seconds).toBeLessThan(1.15 * truth);
      });
    },
  );
});

describe("tracelet's own cost", () => {
  test("is the sum over its processes, since they were first seen or started", async () => {
    const { host, write, clock } = await makeHost({
      ...INIT,
      "proc/60/stat": statLine({ pid: 60, user: 500, rss: 2 }),
    });
    const { sample } = await open(tracelet, host);
    clock.milliseconds += 1000;
    await write("proc/60/stat", statLine({ pid: 60, user: 503, reaped: 900, rss: 2 }));
    await write("proc/61/stat", statLine({ pid: 61, user: 2, rss: 3 }));
    expect(await sample({ ownPids: [60, 61] })).toEqual({ tracelet_cpu_percent: 5, tracelet_memory_rss: 5 * PAGE });
    expect(await sample({ ownPids: [] })).toEqual({});
  });
});

describe("a process that is not below the child", () => {
  const ID = "20261122-201530-k3f9";
  const TARGET = { pid: 40, runId: ID, ownPids: [50] };
  const environ = (id: string) => `HOME=/root\0TRACELET_RUN_ID=${id}\0LANG=C\0`;
  const machine = () =>
    makeHost({
      ...INIT,
      "proc/40/stat": statLine({ pid: 40, start: 500 }),
      "proc/50/stat": statLine({ pid: 50, start: 400 }),
      "proc/70/stat": statLine({ pid: 70, start: 300 }),
      "proc/71/stat": statLine({ pid: 71, parent: 70, start: 600 }),
      "proc/71/environ": environ(ID),
      "proc/72/stat": statLine({ pid: 72, parent: 71, start: 601 }),
    });

  test("belongs to the workload when it carries the run's id, with everything below it", async () => {
    expect(marked((await machine()).host)(TARGET)).toEqual([40, 71, 72]);
  });

  test.each([
    ["another run's id", "proc/71/environ", environ(`${ID}x`)],
    ["an id in another variable", "proc/71/environ", `MY_TRACELET_RUN_ID=${ID}\0`],
    ["an id that it got with an alert", "proc/71/environ", `${environ(ID)}TRACELET_ALERT_RULE=x\0`],
    ["nothing", "proc/71/environ", ""],
    ["an id, but an earlier start", "proc/71/stat", statLine({ pid: 71, parent: 70, start: 499 })],
  ])("does not with %s", async (_name, path, text) => {
    const { host, write } = await machine();
    await write(path, text);
    expect(marked(host)(TARGET)).toEqual([40]);
  });

  test("is looked at once more, as it may have been between its fork and its program", async () => {
    const { host, write } = await machine();
    await write("proc/71/environ", "A=b\0");
    const members = marked(host);
    expect(members(TARGET)).toEqual([40]);
    await write("proc/71/environ", environ(ID));
    expect(members(TARGET)).toEqual([40, 71, 72]);
  });

  test("is not looked at a third time", async () => {
    const { host, write } = await machine();
    await write("proc/71/environ", "A=b\0");
    const members = marked(host);
    members(TARGET);
    members(TARGET);
    await write("proc/71/environ", environ(ID));
    expect(members(TARGET)).toEqual([40]);
  });

  test("is not looked for where no run is known", async () => {
    expect(marked((await machine()).host)({ pid: 40, ownPids: [] })).toEqual([40]);
  });
});

function marked(host: Host): (target: Workload) => number[] {
  const tracker = createWorkloadTracker(createRunMarker(host.proc));
  return (target) =>
    [...tracker.follow(createProcessScan(host).table().processes, target).keys()].sort((a, b) => a - b);
}

function follow(host: Host): (target: Workload) => number[] {
  const tracker = createWorkloadTracker();
  return (target) =>
    [...tracker.follow(createProcessScan(host).table().processes, target).keys()].sort((a, b) => a - b);
}

async function open(probe: ScanningProbe, host: Host) {
  const scan: ProcessScan = createProcessScan(host);
  const opened: OpenProbe | { reason: string } = await probe.open(host, scan);
  if (!("sample" in opened) || isUnavailable(opened)) throw new Error("unavailable");
  onTestFinished(() => opened.close());
  return {
    sample: async (target: Workload) => {
      scan.nextTick();
      return byKey(await opened.sample(target));
    },
  };
}

function uptime(): number {
  return Number.parseFloat(readFileSync("/proc/uptime", "utf8"));
}

const HERTZ = 100;

function startedAt(pid: number): number {
  return fieldOf(pid, 22) / HERTZ;
}

/** Seconds of CPU time of a process and of the children that it waited for: fields 14 to 17. */
function accountOf(pid: number): number {
  return [14, 15, 16, 17].reduce((sum, field) => sum + fieldOf(pid, field), 0) / HERTZ;
}

function fieldOf(pid: number, field: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[field - 1]);
}
