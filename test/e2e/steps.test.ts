import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

import { EXECUTABLE, readJournalLines, runFolders, start, temporaryFolder, tracelet } from "../support/tracelet.ts";

const PROGRAMS = join(import.meta.dirname, "programs");
const FEW = ["--interval", "0.1", "--no-track-gpu", "--no-track-disk", "--no-track-network"];
/** Two processes that compute until each has used 0.8 s of CPU time. */
const RANKS = `busy() { "${process.execPath}" -e 'for (let used = 0; used < 8e5; used = process.cpuUsage().user + process.cpuUsage().system) for (let i = 0; i < 1e6; i++);'; }; busy & busy; wait`;

describe.skipIf(process.platform !== "linux")("processes that a batch system starts for the command", () => {
  test("count as its workload, though they are below the batch system's daemon", async () => {
    const daemon = spawn(process.execPath, [join(PROGRAMS, "step-daemon.mjs")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void daemon.kill());
    const [port] = await once(daemon.stdout, "data");
    const cwd = await temporaryFolder();
    const step = [process.execPath, join(PROGRAMS, "run-step.mjs"), String(port).trim(), "sh", "-c", RANKS];
    expect((await tracelet(["run", ...FEW, "--", ...step], { cwd })).code).toBe(0);
    const seen = await workloadIn(cwd);
    // The step's client, the shell and its like, and the two that compute.
    expect(seen.most).toBe(5);
    expect(seen.cpuSeconds).toBeGreaterThan(1.2);
  });

  test("count for the wrapper that each rank has of its own", async () => {
    const cwd = await temporaryFolder();
    const wrapper = [process.execPath, EXECUTABLE, "run", ...FEW, "--", "sh", "-c", RANKS];
    // As a launcher does that starts one wrapper for each rank.
    await Promise.all(
      [0, 1].map(
        (rank) =>
          start(wrapper[0] ?? "", wrapper.slice(1), {
            cwd,
            env: { SLURM_PROCID: String(rank), TRACELET_DIR: join(cwd, `rank-${rank}`) },
          }).ended,
      ),
    );
    for (const rank of [0, 1]) expect((await workloadIn(cwd, `rank-${rank}`)).most).toBe(4);
  });
});

/** The most processes that a run had at a time, and the CPU time of all of them. */
async function workloadIn(cwd: string, store?: string): Promise<{ most: number; cpuSeconds: number }> {
  const [folder = ""] = await runFolders(cwd, store);
  const journal = await readJournalLines(folder);
  let most = 0;
  let cpuSeconds = 0;
  let last = Number(journal.find(({ type }) => type === "launch")?.["timestamp"]);
  for (const { type, timestamp, metrics } of journal) {
    if (type !== "sample") continue;
    const values = metrics as Readonly<Record<string, number>>;
    most = Math.max(most, values["workload_processes"] ?? 0);
    cpuSeconds += ((values["workload_cpu_percent"] ?? 0) / 100) * ((Number(timestamp) - last) / 1000);
    last = Number(timestamp);
  }
  return { most, cpuSeconds };
}
