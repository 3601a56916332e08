import { describe, expect, test } from "vitest";

import { isUnavailable } from "../../src/model/probe.ts";
import { parseLoadAverage } from "../../src/probes/load.ts";
import { memory, parseMeminfo } from "../../src/probes/memory.ts";
import { byKey, fixtureHost, makeHost } from "./tree.ts";

const NOBODY = { ownPids: [] };
const KIB = 1024;

describe("parsing /proc/meminfo", () => {
  test.each(["", "garbage\n", "MemTotal:\n", "MemTotal: x kB\n", "MemTotal: 12 MB\n"])("%j has no sizes", (text) => {
    expect(parseMeminfo(text).size).toBe(0);
  });

  test("sizes are in bytes, and lines that are not known do no harm", () => {
    const sizes = parseMeminfo("MemTotal:  100 kB\nHugePages_Total:  0\nActive(anon):  7 kB\nNewThing:  1 kB\n");
    expect(Object.fromEntries(sizes)).toEqual({ MemTotal: 100 * KIB });
  });
});

describe("memory", () => {
  test("what is used is the total less what is available, and no swap is zero swap", async () => {
    expect(await read(fixtureHost("container"))).toEqual({
      memory_total: 16116808 * KIB,
      memory_available: 13402236 * KIB,
      memory_used: 2714572 * KIB,
      memory_percent: (100 * 2714572) / 16116808,
      swap_total: 0,
      swap_used: 0,
    });
  });

  test("a kernel that does not tell what is available gives reasons for what is made from it", async () => {
    const { host } = await makeHost({
      "proc/meminfo": "MemTotal: 100 kB\nMemFree: 60 kB\nSwapTotal: 9 kB\nSwapFree: 4 kB\n",
    });
    const opened = await memory.open(host);
    expect(opened).toMatchObject({
      unavailable: [{ metrics: ["memory_available", "memory_used", "memory_percent"] }],
    });
    expect(await read(host)).toEqual({ memory_total: 100 * KIB, swap_total: 9 * KIB, swap_used: 5 * KIB });
  });

  test("where more is available than there is, what is not free is used", async () => {
    const { host } = await makeHost({ "proc/meminfo": "MemTotal: 100 kB\nMemFree: 60 kB\nMemAvailable: 900 kB\n" });
    expect(await read(host)).toMatchObject({ memory_used: 40 * KIB, memory_percent: 40 });
  });
});

describe("parsing /proc/loadavg", () => {
  test.each(["", "0.42", "0.42 0.38", "a b c", "0.42 0.38 x 2/187 12"])("%j has no load averages", (text) => {
    expect(parseLoadAverage(text)).toBeUndefined();
  });

  test("what follows the three numbers is ignored", () => {
    expect(parseLoadAverage("0.42 0.38 0.25 2/187 12345 new\n")).toEqual([0.42, 0.38, 0.25]);
  });
});

async function read(host: Parameters<typeof memory.open>[0]) {
  const opened = await memory.open(host);
  if (isUnavailable(opened)) throw new Error(opened.reason);
  return byKey(await opened.sample(NOBODY));
}
