import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cpuTimeOf, parseSchedstat } from "../../src/overhead/cpu-time.ts";
import { temporaryFolder } from "../support/tracelet.ts";

test("the CPU time of all threads of all processes is added up", async () => {
  const proc = await temporaryFolder();
  for (const [task, nanoseconds] of [
    ["7/task/7", 1_500_000],
    ["7/task/8", 500_000],
    ["9/task/9", 250_000],
  ] as const) {
    await mkdir(join(proc, task), { recursive: true });
    await writeFile(join(proc, task, "schedstat"), `${nanoseconds} 4133214 312\n`);
  }
  expect(cpuTimeOf(proc, [7, 9])).toBe(2.25);
  expect(cpuTimeOf(proc, [7, 10])).toBeUndefined();
});

test.each([
  ["105820343 4133214 312\n", 105_820_343],
  ["0 0 0\n", 0],
  ["", undefined],
  ["105820343 41", undefined],
  ["many words here", undefined],
])("%j is %j", (text, nanoseconds) => {
  expect(parseSchedstat(text)).toBe(nanoseconds);
});
