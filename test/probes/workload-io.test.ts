import { spawn } from "node:child_process";
import { once } from "node:events";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import type { Host } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import { thisHost } from "../../src/probes/host.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import { parseProcessIo, workloadIo } from "../../src/probes/workload-io.ts";
import { temporaryFolder } from "../support/tracelet.ts";
import { byKey, makeHost, statLine } from "./tree.ts";

const INIT = { "proc/1/stat": statLine({ pid: 1, parent: 0, session: 1 }), "proc/self/io": io(0, 0, 0, 0) };
const TARGET = { pid: 40, ownPids: [] };
const MIB = 1024 ** 2;

test.each([
  [io(1, 2, 3, 4), [1, 2, 3, 4]],
  [`new: 7\n${io(1, 2, 3, 4)}`, [1, 2, 3, 4]],
  ["rchar: 1\nwchar: 2\nsyscr: 3\n", undefined],
  ["rchar: x\n", undefined],
  [io(1, 2, 3, 4).replace("\nwrite_bytes: 4", ""), undefined],
  [io(1, 2, 3, 4).split("4")[0] ?? "", undefined],
  ["", undefined],
])("%j is %j", (text, counts) => {
  expect(parseProcessIo(Buffer.from(text))).toEqual(counts);
});

describe("what the workload reads and writes", () => {
  test("counts from its start, with what ended children had handed to it", async () => {
    const { sample } = await workloadOf({ 40: io(100, 10, 20, 5), 41: io(7, 1, 2, 3) });
    expect(await sample()).toEqual({
      workload_read_bytes: 107,
      workload_write_bytes: 11,
      workload_disk_read_bytes: 22,
      workload_disk_write_bytes: 8,
    });
  });

  test("what a child had read counts once, while it lives and when it was waited for", async () => {
    const { sample, write, remove } = await workloadOf({ 40: io(100, 0, 0, 0), 41: io(50, 0, 0, 0) });
    expect(await sample()).toMatchObject({ workload_read_bytes: 150 });
    await remove("proc/41");
    await write("proc/40/io", io(165, 0, 0, 0));
    expect(await sample()).toMatchObject({ workload_read_bytes: 165 });
  });

  test("a process that no longer lets us look has what it had, and nothing is counted twice", async () => {
    const { sample, write, remove } = await workloadOf({ 40: io(100, 0, 0, 0), 41: io(50, 0, 0, 0) });
    await sample();
    await write("proc/41/io", "");
    expect(await sample()).toMatchObject({ workload_read_bytes: 150 });
    await remove("proc/41");
    await write("proc/40/io", io(150, 0, 0, 0));
    expect(await sample()).toMatchObject({ workload_read_bytes: 150 });
  });

  test("of a process that keeps still is read every five seconds, and of one that does something at once", async () => {
    const { sample, write } = await workloadOf({ 40: io(100, 0, 0, 0), 41: io(50, 0, 0, 0) });
    await sample();
    await sample();
    await write("proc/40/io", io(101, 0, 0, 0));
    await write("proc/41/io", io(52, 0, 0, 0));
    expect(await sample(1000)).toMatchObject({ workload_read_bytes: 150 });
    await write("proc/41/stat", statLine({ pid: 41, parent: 40, user: 1 }));
    expect(await sample(1000)).toMatchObject({ workload_read_bytes: 152 });
    expect(await sample(4000)).toMatchObject({ workload_read_bytes: 153 });
  });

  test("of a child that went after its process was seen counts once", async () => {
    const { sample, write, remove, scan } = await workloadOf({ 40: io(100, 0, 0, 0), 41: io(50, 0, 0, 0) });
    await sample();
    scan.nextTick();
    scan.workload(TARGET);
    // A descriptor of the kernel's own file would tell nothing either.
    await write("proc/41/io", "");
    await remove("proc/41");
    await write("proc/40/io", io(165, 0, 0, 0));
    expect(await sample(10_000, "now")).toMatchObject({ workload_read_bytes: 165 });
    expect(await sample()).toMatchObject({ workload_read_bytes: 165 });
  });

  test("is absent without a workload, and where nobody may look, with a reason where the kernel has no such counts", async () => {
    const { sample, opened } = await workloadOf({});
    expect(await sample()).toEqual({});
    expect(await opened.sample({ ownPids: [] })).toEqual([]);
    const { host } = await makeHost({ ...INIT, "proc/self/io": "rchar: 1\n" });
    expect(await workloadIo.open(host, createProcessScan(host))).toMatchObject({ state: "unavailable" });
  });

  test.runIf(process.platform === "linux")("is what real children wrote, within 3 %", async () => {
    const cwd = await temporaryFolder();
    // Three in turn, which are waited for, and one that is still there.
    const write = "dd if=/dev/zero of=out$1 bs=1M count=16 conv=fsync 2>/dev/null";
    const script = `for i in 1 2 3; do sh -c '${write}' sh $i; done; sh -c '${write}; read line' sh 4 & read line; kill $!`;
    const shell = spawn("sh", ["-c", script], { cwd, stdio: ["pipe", "ignore", "ignore"] });
    onTestFinished(() => void shell.kill("SIGKILL"));
    const scan = createProcessScan(thisHost("/"));
    const opened = await workloadIo.open(thisHost("/"), scan);
    if (isUnavailable(opened)) throw new Error(opened.reason);
    const sample = async () => {
      scan.nextTick();
      return byKey(await opened.sample({ pid: shell.pid ?? 0, ownPids: [process.pid] }));
    };
    const before = await vi.waitFor(async () => {
      const readings = await sample();
      expect(readings["workload_write_bytes"]).toBeGreaterThanOrEqual(64 * MIB);
      return readings;
    }, 20_000);
    expect(Number(before["workload_write_bytes"])).toBeLessThan(1.03 * 64 * MIB);
    expect(Number(before["workload_read_bytes"])).toBeGreaterThanOrEqual(64 * MIB);
    expect(Number(before["workload_disk_write_bytes"])).toBeLessThan(1.03 * 64 * MIB);
    shell.stdin.end("\n");
    await once(shell, "exit");
    opened.close();
    scan.close();
  });
});

/** As /proc/<pid>/io has it. */
function io(read: number, written: number, diskRead: number, diskWritten: number): string {
  return `rchar: ${read}\nwchar: ${written}\nsyscr: 1\nsyscw: 1\nread_bytes: ${diskRead}\nwrite_bytes: ${diskWritten}\ncancelled_write_bytes: 9\n`;
}

/** The child 40 and those below it, by their counts. */
async function workloadOf(counts: Readonly<Record<number, string>>) {
  const pids = Object.entries(counts).map(([pid, text]) => ({
    [`proc/${pid}/stat`]: statLine({ pid: Number(pid), parent: pid === "40" ? 1 : 40 }),
    [`proc/${pid}/io`]: text,
  }));
  const { host, write, remove, clock } = await makeHost(Object.assign({}, INIT, ...pids) as Record<string, string>);
  const scan = createProcessScan(host satisfies Host);
  const opened = await workloadIo.open(host, scan);
  if (isUnavailable(opened)) throw new Error(opened.reason);
  onTestFinished(() => {
    opened.close();
    scan.close();
  });
  const sample = async (pause = 10_000, when?: "now") => {
    clock.milliseconds += pause;
    if (when !== "now") scan.nextTick();
    return byKey(await opened.sample(TARGET));
  };
  return { sample, write, remove, opened, scan };
}
