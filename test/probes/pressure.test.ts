import { describe, expect, test } from "vitest";

import { isUnavailable } from "../../src/model/probe.ts";
import { parsePressure, pressure } from "../../src/probes/pressure.ts";
import { byKey, makeHost } from "./tree.ts";

const lines = (some: number, full: number) =>
  `some avg10=9.00 avg60=9.00 avg300=9.00 total=${some}\nfull avg10=9.00 avg60=9.00 avg300=9.00 total=${full}\n`;

describe("pressure", () => {
  test.each([
    ["", []],
    ["some avg10=0.00 avg60=0.0", []],
    ["some avg10=0.00 total=x\n", []],
    [`next avg10=0 total=3\n${lines(1, 2)}`, [["next", 3], ["some", 1], ["full", 2]]], // prettier-ignore
    ["some avg10=0.00 avg60=0.00 avg300=0.00 avg900=0.00 total=7 more=1\n", [["some", 7]]],
  ])("%j has the totals %j", (text, totals) => {
    expect([...parsePressure(text)]).toEqual(totals);
  });

  test("is the share of our own window in which something waited, not the kernel's average", async () => {
    const { host, write, clock } = await makeHost({
      "proc/pressure/cpu": lines(0, 0),
      "proc/pressure/memory": lines(500, 500),
      "proc/pressure/io": lines(0, 0),
    });
    const opened = await pressure.open(host);
    if (isUnavailable(opened)) throw new Error(opened.reason);
    clock.milliseconds += 2000;
    await write("proc/pressure/cpu", lines(500_000, 0));
    await write("proc/pressure/memory", lines(1_000_500, 200_500));
    await write("proc/pressure/io", lines(9_000_000, 0));
    expect(byKey(await opened.sample({ ownPids: [] }))).toEqual({
      cpu_pressure_percent: 25,
      memory_pressure_percent: 50,
      memory_pressure_full_percent: 10,
      io_pressure_percent: 100,
      io_pressure_full_percent: 0,
    });
    opened.close();
  });

  test("of a resource that is missing or garbled has a reason, and the others are read", async () => {
    const { host, root } = await makeHost({ "proc/pressure/cpu": lines(1, 1), "proc/pressure/io": "garbage" });
    const opened = await pressure.open(host);
    if (isUnavailable(opened)) throw new Error(opened.reason);
    expect(opened.unavailable).toMatchObject([
      { metrics: ["memory_pressure_percent", "memory_pressure_full_percent"], hint: expect.stringContaining("psi=1") },
      { reason: `${root}/proc/pressure/io has no total of 'some'` },
    ]);
    opened.close();
  });
});
