import { existsSync } from "node:fs";
import { readFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JournalRecord } from "../../src/model/record.ts";
import { writeReportFile } from "../../src/upload/report-file.ts";
import { runOnDisk } from "./run-on-disk.ts";

/** The real one, which is made by `npm run build`. */
const EXECUTABLE = join(import.meta.dirname, "../../bin/run.js");

const END: JournalRecord = { type: "end", status: "finished", ended: Date.UTC(2026, 10, 22, 20, 16), exitCode: 0 };

test("a run has its page beside its journal, written anew when the journal is newer", async () => {
  const run = runOnDisk([END]);
  await writeReportFile(run, { executable: EXECUTABLE });
  expect(await readFile(run.report, "utf8")).toContain("<!doctype html>");
  const { mtimeMs } = await stat(run.report);
  await writeReportFile(run, { executable: "/nowhere" });
  expect((await stat(run.report)).mtimeMs).toBe(mtimeMs);
  await utimes(run.report, 0, 0);
  await writeReportFile(run, { executable: EXECUTABLE });
  expect((await stat(run.report)).mtimeMs).toBeGreaterThan(0);
});

test("a page that cannot be written is told, and one that nobody waits for is given up", async () => {
  const run = runOnDisk([END]);
  await expect(writeReportFile(run, { executable: "/nowhere" })).rejects.toThrow(
    "could not be written (exit status 1)",
  );
  const cancelled = AbortSignal.abort();
  await expect(writeReportFile(run, { executable: EXECUTABLE, cancelled })).rejects.toThrow(/abort/i);
  expect(existsSync(run.report)).toBe(false);
});
