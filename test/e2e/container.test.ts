import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { findCgroup } from "../../src/probes/cgroup-folders.ts";
import { thisHost } from "../../src/probes/host.ts";
import { EXECUTABLE, start, temporaryFolder, textOf } from "../support/tracelet.ts";

const MIB = 1024 ** 2;

test("a snapshot in a group with half a core and 512 MiB has its shares of those", async ({ skip }) => {
  const groups = makeGroups();
  skip(groups === undefined, "no control groups can be made here");
  const { limits, join: enter } = groups ?? { limits: { cpu: "", memory: "" }, join: "" };
  // It has more to do than it may, and holds 64 MiB.
  const busy = "const held = Buffer.alloc(64 * 1024 ** 2, 1); for (;;) held.at(0);";
  const load = spawn("sh", ["-c", `${enter} exec "$0" -e '${busy}'`, process.execPath], { stdio: "ignore" });
  onTestFinished(() => void load.kill("SIGKILL"));
  await vi.waitFor(() => expect(readFileSync(join(limits.memory, "cgroup.procs"), "utf8")).toContain(String(load.pid)));
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

/** Groups below our own with these limits, and the words that take a shell into them; nothing where that is not allowed. */
function makeGroups() {
  const host = thisHost("/");
  const name = `tracelet-test-${process.pid}`;
  const [cpu, cpuacct, memory] = ["cpu", "cpuacct", "memory"].map((controller) => findCgroup(host, controller));
  if (cpu === undefined || cpuacct === undefined || memory === undefined) return undefined;
  const folders = [cpu, cpuacct, memory].map(({ folders: [own = ""] }) => join(own, name));
  const limits = { cpu: folders[0] ?? "", memory: folders[2] ?? "" };
  try {
    for (const folder of new Set(folders)) {
      mkdirSync(folder);
      onTestFinished(() => vi.waitFor(() => rmdirSync(folder), { timeout: 5000 }));
    }
    if (cpu.version === 2) {
      writeFileSync(join(limits.cpu, "cpu.max"), "50000 100000");
      writeFileSync(join(limits.memory, "memory.max"), String(512 * MIB));
    } else {
      writeFileSync(join(limits.cpu, "cpu.cfs_quota_us"), "50000");
      writeFileSync(join(limits.memory, "memory.limit_in_bytes"), String(512 * MIB));
    }
  } catch {
    return undefined; // not allowed, read only, or no controller is handed down to us
  }
  if (!folders.every((folder) => existsSync(join(folder, "cgroup.procs")))) return undefined;
  return { limits, join: [...new Set(folders)].map((folder) => `echo $$ > '${folder}/cgroup.procs';`).join(" ") };
}
