import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { indexLine, parseIndexLine } from "../../src/journal/output-index.ts";
import { OutputLog } from "../../src/journal/output-log.ts";
import { runDirectory } from "../../src/journal/run-directory.ts";
import { temporaryFolder } from "./support.ts";

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
    const log = OutputLog.create(run, () => {});
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
    const log = OutputLog.continue(run, () => {});
    log.append("stderr", 8, Buffer.from("XY"));
    await log.close();
    expect(readFileSync(run.outputLog, "utf8").slice(0, 7)).toBe("abcdeXY");
    expect(readFileSync(run.outputIndex, "utf8").split("\n").slice(0, 3)).toEqual(["5 1 3", "6 2 2", "8 2 2"]);
  });

  test("counts what a full disk refuses, and takes nothing else with it", async () => {
    const run = runDirectory(temporaryFolder());
    symlinkSync("/dev/full", run.outputLog);
    const log = OutputLog.create(run, () => {});
    log.append("stdout", 5, Buffer.from("abc"));
    await log.flush();
    log.append("stdout", 6, Buffer.from("defg"));
    await log.close();
    expect(log.gaps).toEqual([{ reason: "the disk is full", bytes: 7 }]);
  });
});
