import { existsSync, readdirSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { JournalRecord } from "../../src/model/record.ts";
import { drawPicture } from "../../src/upload/picture.ts";
import { runOnDisk } from "./run-on-disk.ts";

/** The real one, which is made by `npm run build`. */
const SCRIPT = join(import.meta.dirname, "../../bin/picture.js");

const SAMPLES = [0, 1, 2].map((index): JournalRecord => ({
  type: "sample",
  timestamp: Date.UTC(2026, 10, 22, 20, 15, 31 + index),
  index,
  metrics: { cpu_percent: 40 + index, memory_percent: 20 },
}));

test("a run has a picture of what it used, drawn once", async () => {
  const run = runOnDisk(SAMPLES);
  await drawPicture(run, { script: SCRIPT });
  const png = await readFile(run.picture);
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  // The header of a PNG has its size. https://www.w3.org/TR/png-3/#11IHDR
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1000, 500]);
  expect((await stat(run.picture)).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(run.picture))).toEqual(["resource_usage.png"]);
  await drawPicture(run, { script: "/nowhere" });
});

test("a run without readings has none", async () => {
  const run = runOnDisk([]);
  await drawPicture(run, { script: SCRIPT });
  expect(existsSync(run.picture)).toBe(false);
});

test.each([
  ["fails", "process.exit(3)", /exit status 3/],
  ["draws nothing", "", /exit status 0/],
  ["never ends", "setInterval(() => {}, 1000)", /SIGKILL/],
  ["does not end its picture", "setInterval(() => process.stdout.write(Buffer.alloc(1e6)), 1)", /SIGKILL/],
])("a program that %s leaves no file", async (_, text, reason) => {
  const run = runOnDisk(SAMPLES);
  const script = join(run.root, "draw.cjs");
  await writeFile(script, text);
  await expect(drawPicture(run, { script, timeout: 3000 })).rejects.toThrow(reason);
  expect(existsSync(dirname(run.picture))).toBe(false);
});

test("who does not want to wait is not held up", async () => {
  const run = runOnDisk(SAMPLES);
  const script = join(run.root, "draw.cjs");
  await writeFile(script, "setInterval(() => {}, 1000)");
  const cancelled = AbortSignal.timeout(200);
  await expect(drawPicture(run, { script, cancelled })).rejects.toThrow(/abort/i);
});
