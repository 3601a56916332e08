import { readdirSync, readlinkSync } from "node:fs";

import { describe, expect, onTestFinished, test } from "vitest";

import { parseDescriptorLimit } from "../../src/probes/process-files.ts";
import { createStatReader } from "../../src/probes/process-stats.ts";
import { makeHost, statLine } from "./tree.ts";

/** As /proc/self/limits has it. */
const limits = (soft: number) => `Limit Soft Hard Units\nMax open files            ${soft}    4096    files     \n`;

test.each([
  ["Max open files            1024                 1048576              files     \n", 1024],
  ["Max open files            unlimited            unlimited            files     \n", Number.POSITIVE_INFINITY],
  ["Max processes             96317                96317                processes \n", undefined],
  ["Max open files", undefined],
  ["", undefined],
])("the limit of descriptors in %j is %s", (text, limit) => {
  expect(parseDescriptorLimit(text)).toBe(limit);
});

describe.runIf(process.platform === "linux")("descriptors of processes", () => {
  const PIDS = Array.from({ length: 200 }, (_, index) => index + 1);

  async function table(soft: number) {
    const files = Object.fromEntries(PIDS.map((pid) => [`proc/${pid}/stat`, statLine({ pid })]));
    const { host, root } = await makeHost({ ...files, "proc/self/limits": limits(soft) });
    const reader = createStatReader(host.proc);
    onTestFinished(() => reader.close());
    return { reader, open: () => openBelow(root) };
  }

  test("stay open for the next reading, and no longer than their process is listed", async () => {
    const { reader, open } = await table(4096);
    for (const pid of PIDS) expect(reader.read(pid)?.pid).toBe(pid);
    expect(open()).toBe(PIDS.length);
    for (const pid of PIDS) expect(reader.read(pid)?.pid).toBe(pid);
    expect(open()).toBe(PIDS.length);
    reader.keepOnly(PIDS.slice(0, 50));
    expect(open()).toBe(50);
    reader.close();
    expect(open()).toBe(0);
  });

  test("take a quarter of what this process may have open at most, and those read often have room of their own", async () => {
    const { reader, open } = await table(100);
    for (const pid of PIDS) expect(reader.read(pid)?.pid).toBe(pid);
    expect(open()).toBe(25);
    for (const pid of PIDS.slice(100, 110)) expect(reader.readOften(pid)?.pid).toBe(pid);
    expect(open()).toBe(35);
  });
});

function openBelow(root: string): number {
  return readdirSync("/proc/self/fd").filter((fd) => pathOf(fd)?.startsWith(root)).length;
}

function pathOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined; // the one that the list itself was read through
  }
}
