import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { indexLine, parseIndexLine } from "../../src/journal/output-index.ts";
import { OutputLog, type OutputLogOptions } from "../../src/journal/output-log.ts";
import { runDirectory } from "../../src/journal/run-directory.ts";
import { temporaryFolder } from "./support.ts";

const UNLIMITED: OutputLogOptions = { limit: "none", onGrowth: () => {} };

describe("an index line", () => {
  test("says what it was made of", () => {
    const piece = { stream: "stderr", timestamp: 1_795_378_963_599, bytes: 117 } as const;
    expect(indexLine(piece)).toBe("1795378963599 2 117\n");
    expect(parseIndexLine("1795378963599 2 117")).toEqual(piece);
  });

  test.each(["", "1 1", "1 3 5", "1 1 -5", "x 1 5", "1 1 5 6", "1  1 5"])("is not %j", (line) => {
    expect(parseIndexLine(line)).toBeUndefined();
  });
});

describe("an output log", () => {
  test("has the bytes of both streams in their order, and an index line for each piece", async () => {
    const run = runDirectory(temporaryFolder());
    const log = OutputLog.create(run, UNLIMITED);
    log.append("stdout", 5, Buffer.from("abc"));
    log.append("stderr", 6, Buffer.from("de"));
    await log.flush();
    log.append("stdout", 7, Buffer.from("f"));
    await log.close();
    expect(readFileSync(run.outputLog, "utf8")).toBe("abcdef");
    expect(readFileSync(run.outputIndex, "utf8")).toBe("5 1 3\n6 2 2\n7 1 1\n");
    expect(log.gaps).toEqual([]);
  });

  test("is continued behind the last piece that a killed writer has completed", async () => {
    const run = runDirectory(temporaryFolder());
    writeFileSync(run.outputLog, "abcdefgh");
    writeFileSync(run.outputIndex, "5 1 3\n6 2 2\n7 1 ");
    const log = OutputLog.continue(run, UNLIMITED);
    log.append("stderr", 8, Buffer.from("XY"));
    await log.close();
    expect(readFileSync(run.outputLog, "utf8")).toBe("abcdeXY");
    expect(readFileSync(run.outputIndex, "utf8")).toBe("5 1 3\n6 2 2\n8 2 2\n");
  });

  test("is cut at the last piece that both files have when its continuation begins", async () => {
    const run = runDirectory(temporaryFolder());
    writeFileSync(run.outputLog, "abcdefghijkl");
    writeFileSync(run.outputIndex, "5 1 3\n6 2 2\n7 1 20\n8 1 1\n");
    const log = OutputLog.continue(run, UNLIMITED);
    log.append("stderr", 9, Buffer.from("X"));
    await log.close();
    expect(readFileSync(run.outputLog, "utf8")).toBe("abcdeX");
    expect(readFileSync(run.outputIndex, "utf8")).toBe("5 1 3\n6 2 2\n9 2 1\n");
  });

  test("is made by its continuation where the killed writer had made none", async () => {
    const run = runDirectory(temporaryFolder());
    const log = OutputLog.continue(run, UNLIMITED);
    log.append("stdout", 8, Buffer.from("first"));
    await log.close();
    expect(log.gaps).toEqual([]);
    expect(readFileSync(run.outputLog, "utf8")).toBe("first");
  });

  test("leaves no file open when the second one cannot be opened", async () => {
    const run = runDirectory(temporaryFolder());
    mkdirSync(run.outputIndex);
    const log = OutputLog.create(run, UNLIMITED);
    for (let piece = 0; piece < 5; piece += 1) {
      log.append("stdout", piece, Buffer.from("a"));
      await log.flush();
    }
    expect(log.gaps).toEqual([{ reason: "illegal operation on a directory (EISDIR)", bytes: 5 }]);
    expect(openPaths()).not.toContain(run.outputLog);
    await log.close();
  });

  test("counts what a full disk refuses, and takes nothing else with it", async () => {
    const run = runDirectory(temporaryFolder());
    symlinkSync("/dev/full", run.outputLog);
    const log = OutputLog.create(run, UNLIMITED);
    log.append("stdout", 5, Buffer.from("abc"));
    await log.flush();
    log.append("stdout", 6, Buffer.from("defg"));
    await log.close();
    expect(log.gaps).toEqual([{ reason: "the disk is full", bytes: 7 }]);
  });
});

/** The files that this process has open. */
function openPaths(): string[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return []; // the descriptor that listed the folder is gone by now
    }
  });
}
