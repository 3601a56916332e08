import { symlink } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import type { Host, Workload } from "../../src/model/probe.ts";
import { isUnavailable } from "../../src/model/probe.ts";
import { parseAuxv } from "../../src/probes/clock-ticks.ts";
import { isFilePath } from "../../src/probes/open-files.ts";
import { createProcessScan } from "../../src/probes/process-scan.ts";
import { parseProcessStat } from "../../src/probes/process-stat.ts";
import { statusOf } from "../../src/probes/process-status.ts";
import { parseUptime, processTable } from "../../src/probes/process-table.ts";
import { byKey, fixtureHost, makeHost, statLine } from "./tree.ts";

describe("parsing /proc/<pid>/stat", () => {
  const parse = (line: string) => parseProcessStat(Buffer.from(line));
  const good = statLine({ pid: 7, reaped: -4 });

  test.each([
    "",
    "garbage",
    "12 (sh",
    "12 (sh) S 1 12",
    ") 12 (",
    "x (sh) S 1 2 3",
    good.slice(1),
    good.replace(" (", "("),
    good.replace(") ", ")"),
    good.replace(" S ", " SS "),
    good.replace(" S ", " S  "),
    good.replace("-4", "-"),
    good.replace("-4", "4.5"),
    good.replaceAll(" 0 ", " x "),
  ])("%j is no process", (line) => {
    expect(parse(line)).toBeUndefined();
  });

  test("a line that is cut short anywhere is no process, or the same one up to its last number", () => {
    const { rssPages: _, ...whole } = parse(good) ?? { rssPages: 0 };
    const cut = Array.from({ length: good.length }, (_, length) => parseProcessStat(Buffer.from(good), length));
    const found = cut.filter((process) => process !== undefined);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(found.map(({ rssPages }) => ({ ...whole, rssPages })));
  });

  test("what follows the line in its buffer counts for nothing", () => {
    const buffer = Buffer.from(`${good}0 (b) R 1 1 1`);
    expect(parseProcessStat(buffer, good.length)).toEqual(parse(good));
  });

  test("a name that is the same as before is kept, and one that is not is read", () => {
    const parse = (name: string, before: string) =>
      parseProcessStat(Buffer.from(statLine({ pid: 7, name })), undefined, { name: before })?.name;
    for (const name of ["python", "pythom", "pyth", "prüfe", "(a) b", ""]) expect(parse(name, "python")).toBe(name);
    expect(parse("prüfe", "prüfe")).toBe("prüfe");
  });

  test("a name may have blanks and parentheses", () => {
    const line = statLine({
      pid: 7,
      name: "a) S (b) ",
      state: "R",
      parent: 3,
      session: 5,
      user: 1,
      system: 2,
      reaped: 4,
      faults: 8,
      reapedFaults: 9,
      threads: 6,
    });
    expect(parse(line)).toEqual({
      pid: 7,
      name: "a) S (b) ",
      state: "R",
      parent: 3,
      session: 5,
      ownTicks: 3,
      reapedTicks: 4,
      ownMajorFaults: 8,
      reapedMajorFaults: 9,
      threads: 6,
      startTicks: 100,
      rssPages: 10,
    });
  });
});

describe("process table", () => {
  test("counts by psutil's words, common states also when no process has them", async () => {
    expect(await read(fixtureHost("vm"), { ownPids: [] })).toMatchObject({
      process_counts: { running: 1, sleeping: 3, "disk-sleep": 1, idle: 1, stopped: 0, zombie: 1 },
      total_processes: 7,
      system_uptime_hours: expect.any(Number),
    });
  });

  test("where the processes of others are hidden there is a reason instead of too low a count", async () => {
    const { host } = await makeHost({ "proc/40/stat": statLine({ pid: 40 }), "proc/uptime": "7200.50 1\n" });
    const opened = await processTable.open(host, createProcessScan(host));
    expect(opened).toMatchObject({ unavailable: [{ metrics: ["process_counts", "total_processes"] }] });
    expect(await read(host, { ownPids: [] })).toEqual({ system_uptime_hours: 7200.5 / 3600 });
  });

  test("open files are the workload's, or tracelet's own where there is none", async () => {
    const { host, root, write } = await makeHost({
      "proc/1/stat": statLine({ pid: 1, parent: 0 }),
      "proc/40/stat": statLine({ pid: 40 }),
      "proc/41/stat": statLine({ pid: 41, parent: 40 }),
      "proc/50/stat": statLine({ pid: 50 }),
    });
    const open = async (pid: number, fd: number, target: string) => {
      await write(`proc/${pid}/fd/.keep`, "");
      await symlink(target, `${root}/proc/${pid}/fd/${fd}`);
    };
    await open(40, 0, "/dev/null");
    await open(40, 3, "/data/train.bin");
    await open(40, 4, "socket:[99]");
    await open(41, 5, "/dev/shm/batch");
    await open(50, 6, "/a");
    expect(await read(host, { pid: 40, ownPids: [50] })).toMatchObject({ open_files: 2 });
    expect(await read(host, { ownPids: [50] })).toMatchObject({ open_files: 1 });
  });

  test.each([
    ["/data/x.bin", true],
    ["/dev/shm/x", true],
    ["/dev/null", false],
    ["pipe:[12]", false],
    ["anon_inode:[eventpoll]", false],
  ])("a descriptor to %s is a file: %s", (target, is) => {
    expect(isFilePath(target)).toBe(is);
  });

  test("a state that is not known yet is unknown", () => {
    expect(["R", "D", "t", "?"].map(statusOf)).toEqual(["running", "disk-sleep", "tracing-stop", "unknown"]);
  });

  test.each([
    ["", undefined],
    ["x", undefined],
    ["12.5 99", 12.5],
    ["12", 12],
  ])("the uptime %j is %s", (text, seconds) => {
    expect(parseUptime(text)).toBe(seconds);
  });
});

describe("parsing the auxiliary vector", () => {
  test("an empty or cut one gives what practically every kernel has", () => {
    expect(parseAuxv(Buffer.alloc(0))).toEqual({ ticksPerSecond: 100, pageSize: 4096 });
    expect(parseAuxv(Buffer.alloc(15, 6))).toEqual({ ticksPerSecond: 100, pageSize: 4096 });
  });

  test("tells the page size and the ticks", () => {
    const words = BigUint64Array.from([33n, 5n, 6n, 65536n, 17n, 250n, 0n, 0n]);
    expect(parseAuxv(Buffer.from(words.buffer))).toEqual({ ticksPerSecond: 250, pageSize: 65536 });
  });
});

async function read(host: Host, workload: Workload) {
  const opened = await processTable.open(host, createProcessScan(host));
  if (isUnavailable(opened)) throw new Error(opened.reason);
  const readings = byKey(await opened.sample(workload));
  opened.close();
  return readings;
}
