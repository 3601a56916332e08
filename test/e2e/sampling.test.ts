import { spawnSync } from "node:child_process";
import { readdir, readFile, statfs, writeFile } from "node:fs/promises";
import { cpus, freemem, loadavg, totalmem, uptime } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  EXECUTABLE,
  type JournalLine,
  readOnlyJournal,
  start,
  temporaryFolder,
  tracelet,
} from "../support/tracelet.ts";
import { SYSTEM_KEYS } from "./keys.ts";

/** Two processes that compute for two seconds: they get their share of a core on a loaded machine too. */
const BUSY = `busy() { "${process.execPath}" -e 'for (const end = Date.now() + 2000; Date.now() < end;);'; }; busy & busy; wait`;

interface Sample extends JournalLine {
  readonly timestamp: number;
  readonly index: number;
  readonly metrics: Readonly<Record<string, number>>;
}

describe("a run of two seconds", () => {
  test("has at least two samples, with every key and values that the system itself confirms", async () => {
    const cwd = await temporaryFolder();
    expect((await tracelet(["run", "--", "sh", "-c", BUSY], { cwd })).code).toBe(0);
    const samples = samplesIn(await readOnlyJournal(cwd));
    expect(samples.length).toBeGreaterThanOrEqual(2);
    const first = samples[0]?.metrics ?? {};
    const last = samples.at(-1)?.metrics ?? {};
    const promised = Object.values(SYSTEM_KEYS).flat();
    expect(promised.filter((key) => !(key in last))).toEqual([]);
    // The command is gone at the last one.
    expect(Object.keys(first)).toEqual(expect.arrayContaining(["workload_cpu_percent", "workload_memory_rss"]));
    expect(Object.entries(last).filter(([, value]) => value < 0)).toEqual([]);
    const shares = ["cpu_percent", "memory_percent", "disk_percent"];
    expect(shares.filter((key) => Number(last[key]) > 100)).toEqual([]);
    const counters = [...SYSTEM_KEYS.network, "disk_read_bytes", "disk_write_bytes"];
    expect(counters.filter((key) => Number(last[key]) < Number(first[key]))).toEqual([]);

    expect(last["cpu_percent"]).toBeGreaterThan(0);
    expect(last["cpu_count_logical"]).toBe(cpus().length);
    expect(last["cpu_count_physical"]).toBeLessThanOrEqual(cpus().length);
    expect(last["load_average_15m"]).toSatisfy(near(loadavg()[2], 1));
    expect(last["memory_total"]).toBe(totalmem());
    expect(last["memory_available"]).toSatisfy(near(freemem(), totalmem() / 5));
    const taken = 1 - Number(last["memory_available"]) / totalmem();
    expect(last["memory_percent"]).toBeCloseTo(100 * taken, 5);
    const disk = await statfs(cwd);
    expect(last["disk_total"]).toBe(disk.blocks * disk.bsize);
    expect(last["disk_free"]).toSatisfy(near(disk.bavail * disk.bsize, (disk.blocks * disk.bsize) / 10));
    expect(last["system_uptime_hours"]).toSatisfy(near(uptime() / 3600, 0.02));
    expect(last["total_processes"]).toBeGreaterThanOrEqual(3);
    expect(last["tracelet_memory_rss"]).toBeGreaterThan(2 ** 24);
  });

  test("has about ten a second with --interval 0.1, numbered without holes, and sees who computes", async () => {
    const cwd = await temporaryFolder();
    await tracelet(["run", "--interval", "0.1", "--", "sh", "-c", BUSY], { cwd });
    const samples = samplesIn(await readOnlyJournal(cwd));
    expect(samples.map(({ index }) => index)).toEqual(samples.map((_, place) => place));
    const times = samples.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    // As many as the clock allows: the first, those on the grid, and the last.
    const lasted = Number(times.at(-1)) - Number(times[0]);
    expect(samples.length).toBeLessThanOrEqual(lasted / 100 + 3);
    expect(samples.length).toBeGreaterThanOrEqual(5);
    expect(highest(samples, "workload_cpu_percent")).toBeGreaterThan(50);
    expect(highest(samples, "workload_processes")).toBeGreaterThanOrEqual(3);
    expect(highest(samples, "workload_memory_rss")).toBeGreaterThan(2 ** 24);
    expect(highest(samples, "tracelet_cpu_percent")).toBeGreaterThan(0);
  });
});

test("a command that is over before the watcher is up has a sample", async () => {
  const cwd = await temporaryFolder();
  await tracelet(["run", "--", "true"], { cwd });
  const [sample] = samplesIn(await readOnlyJournal(cwd));
  expect(sample?.index).toBe(0);
  expect(Object.keys(sample?.metrics ?? {})).toEqual(
    expect.arrayContaining([...SYSTEM_KEYS.cpu, ...SYSTEM_KEYS.memory]),
  );
});

test("sampling starts no process", async ({ skip }) => {
  skip(spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status !== 0, "strace is missing or may not trace here");
  const cwd = await temporaryFolder();
  const traces = await temporaryFolder();
  const run = [process.execPath, EXECUTABLE, "run", "--interval", "0.05", "--", "sleep", "1.5"];
  const traced = ["-ff", "-qq", "-e", "trace=execve", "-o", join(traces, "trace"), ...run];
  expect((await start("strace", traced, { cwd }).ended).code).toBe(0);
  expect(samplesIn(await readOnlyJournal(cwd)).length).toBeGreaterThanOrEqual(5);
  const started = await programsIn(traces);
  // tracelet, the pipes, the command, the watcher.
  expect(started.map((program) => program.replace(/^.*\//, ""))).toEqual(["node", "mkfifo", "sleep", "node"]);
});

describe("where /proc tells nothing", () => {
  const hidden = ["-rm", "sh", "-c"];
  const canHide = spawnSync("unshare", [...hidden, "mount --bind /dev/null /proc/stat"]).status === 0;
  const note = "no mount namespace can be made here";
  const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");
  const blind = (mounts: string, args: readonly string[], cwd: string) =>
    start("unshare", [...hidden, `${mounts} && exec ${quoted([process.execPath, EXECUTABLE, ...args])}`], { cwd })
      .ended;
  const EMPTY_FILES = "mount --bind /dev/null /proc/stat && mount --bind /dev/null /proc/meminfo";

  test("a run says once which critical metrics are missing, and goes on", async ({ skip }) => {
    skip(!canHide, note);
    const cwd = await temporaryFolder();
    // The journal of the run that is under way.
    const count = `cat .tracelet/runs/*/journal.jsonl | grep -c '"type":"sample"'`;
    const script = `until [ "$(${count})" -ge 2 ]; do sleep 0.1; done; echo done; exit 3`;
    await writeFile(join(cwd, "wait.sh"), script);
    const ended = await blind(EMPTY_FILES, ["run", "--interval", "0.1", "--", "sh", "wait.sh"], cwd);
    expect([ended.code, ended.stdout.toString()]).toEqual([3, "done\n"]);
    const own = ended.errors.split("\n").filter((line) => line.includes("critical metrics"));
    expect(own).toEqual([
      expect.stringMatching(/^tracelet: missing critical metrics: \[cpu_percent, memory_percent\]/),
    ]);
    const samples = samplesIn(await readOnlyJournal(cwd));
    expect(samples.length).toBeGreaterThanOrEqual(2);
    expect(Object.keys(samples.at(-1)?.metrics ?? {})).toEqual(expect.arrayContaining([...SYSTEM_KEYS.disk]));
    const seen = samples.flatMap(({ metrics }) => Object.keys(metrics));
    expect(seen.filter((key) => /^(cpu|memory)_(?!pressure)/.test(key))).toEqual([]);
  });

  test("one that is missing is named alone, and --quiet says nothing", async ({ skip }) => {
    skip(!canHide, note);
    const cwd = await temporaryFolder();
    const one = "mount --bind /dev/null /proc/meminfo";
    const loud = await blind(one, ["run", "--", "true"], cwd);
    expect(loud.errors).toMatch(/^tracelet: missing critical metrics: \[memory_percent\]/m);
    const quiet = await blind(one, ["run", "--quiet", "--", "true"], cwd);
    expect([quiet.code, quiet.errors]).toEqual([0, ""]);
  });

  test("a snapshot says why, with what is known all the same", async ({ skip }) => {
    skip(!canHide, note);
    const nothing = "mount -t tmpfs none /sys; mount -t tmpfs none /proc";
    const { code, stdout, errors } = await blind(
      nothing,
      ["snapshot", "--json", "--no-track-disk"],
      await temporaryFolder(),
    );
    expect([code, errors]).toEqual([0, ""]);
    const snapshot = JSON.parse(stdout.toString());
    expect(snapshot.metrics).toEqual({});
    expect(snapshot.error).toMatch(/\/proc\/stat is not there/);
    expect(snapshot.fallback_metrics).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z$/),
      platform: process.platform,
      node_version: process.version,
    });
  });
});

test("a snapshot that could read this machine has neither error nor fallback_metrics", async () => {
  const { stdout } = await tracelet(["snapshot", "--json"], { cwd: await temporaryFolder() });
  const snapshot = JSON.parse(stdout.toString());
  expect(snapshot).not.toHaveProperty("error");
  expect(snapshot).not.toHaveProperty("fallback_metrics");
});

function samplesIn(journal: readonly JournalLine[]): Sample[] {
  return journal.filter((record): record is Sample => record.type === "sample");
}

function highest(samples: readonly Sample[], key: string): number {
  return Math.max(...samples.map(({ metrics }) => metrics[key] ?? -Infinity));
}

function near(expected: number | undefined, tolerance: number): (value: number) => boolean {
  return (value) => Math.abs(value - Number(expected)) <= tolerance;
}

/** What was really started, in the order of the process ids; one file per process and thread. */
async function programsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).toSorted((one, other) => pidOf(one) - pidOf(other));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => [...text.matchAll(/^execve\("([^"]+)", .*\) = 0$/gm)].map((match) => match[1] ?? ""));
}

function pidOf(name: string): number {
  return Number(name.split(".").at(-1));
}
