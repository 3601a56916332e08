import { cpus, totalmem } from "node:os";

import { expect, test } from "vitest";

import { readElsewhere } from "./elsewhere-programs.ts";

const FROM_PROGRAMS = ["cpu_count_physical", "swap_total", "swap_used", "network_bytes_sent", "network_bytes_recv"];
/** What nothing tells there at an acceptable price. */
const NEVER = [
  "load_average",
  "disk_read_bytes",
  "disk_write_bytes",
  "process_counts",
  "total_processes",
  "open_files",
];

test("on Windows without PowerShell nothing that it would tell is a reading, and each has a reason", async () => {
  const { readings, unavailable, inventory } = await readElsewhere("win32", {});
  const absent = [...FROM_PROGRAMS, ...NEVER];
  expect(Object.keys(readings).filter((key) => absent.includes(key))).toEqual([]);
  const told = unavailable.filter(({ reason }) => reason !== "").flatMap(({ metrics }) => metrics);
  expect(absent.filter((key) => !told.includes(key))).toEqual([]);
  // These are Node's own, and need no program.
  expect(readings).toMatchObject({
    memory_total: totalmem(),
    memory_percent: expect.any(Number),
    cpu_count_logical: cpus().length,
    system_uptime_hours: expect.any(Number),
  });
  expect(inventory).not.toHaveProperty("cpu_count_physical");
  expect(inventory).not.toHaveProperty("os");
});
