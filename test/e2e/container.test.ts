import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { EXECUTABLE, start, temporaryFolder, textOf } from "../support/tracelet.ts";
import { type ControlGroups, makeControlGroups } from "./control-groups.ts";

const MIB = 1024 ** 2;

test("a snapshot in a group with half a core and 512 MiB has its shares of those", async ({ skip }) => {
  const groups = makeControlGroups();
  const canLimit = groups !== undefined && setLimits(groups);
  skip(!canLimit, "no control groups with limits can be made here");
  const { enter, memory } = groups ?? { enter: "", memory: "" };
  // It has more to do than it may, and holds 64 MiB.
  const busy = "const held = Buffer.alloc(64 * 1024 ** 2, 1); for (;;) held.at(0);";
  const load = spawn("sh", ["-c", `${enter} exec "$0" -e '${busy}'`, process.execPath], { stdio: "ignore" });
  onTestFinished(() => void load.kill("SIGKILL"));
  await vi.waitFor(() => expect(readFileSync(join(memory, "cgroup.procs"), "utf8")).toContain(String(load.pid)));
  const cwd = await temporaryFolder();
  const script = `${enter} exec "$0" "$1" snapshot --json`;
  const { metrics } = JSON.parse(
    textOf(await start("sh", ["-c", script, process.execPath, EXECUTABLE], { cwd }).ended),
  );
  expect(metrics).toMatchObject({
    container_cpu_limit: 0.5,
    container_memory_limit: 512 * MIB,
    container_oom_kills: 0,
  });
  // On a machine with much else to do the group does not get all that it may have.
  expect(metrics.container_cpu_cores_used).toBeGreaterThan(0.02);
  expect(metrics.container_cpu_cores_used).toBeLessThan(0.7);
  const share = Math.min(100, (100 * metrics.container_cpu_cores_used) / 0.5);
  expect(Math.abs(metrics.container_cpu_percent - share)).toBeLessThan(3);
  expect(metrics.container_cpu_throttled_percent).toBeGreaterThanOrEqual(0);
  expect(metrics.container_memory_working_set).toBeGreaterThan(64 * MIB);
  expect(metrics.container_memory_peak).toBeGreaterThanOrEqual(metrics.container_memory_working_set);
});

/** Whether the limits could be set. */
function setLimits({ version, cpu, memory }: ControlGroups): boolean {
  try {
    if (version === 2) {
      writeFileSync(join(cpu, "cpu.max"), "50000 100000");
      writeFileSync(join(memory, "memory.max"), String(512 * MIB));
    } else {
      writeFileSync(join(cpu, "cpu.cfs_quota_us"), "50000");
      writeFileSync(join(memory, "memory.limit_in_bytes"), String(512 * MIB));
    }
    return true;
  } catch {
    return false; // not allowed
  }
}
