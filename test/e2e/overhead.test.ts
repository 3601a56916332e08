import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Overhead } from "../../src/model/overhead.ts";
import { startTracelet, temporaryFolder, textOf, tracelet, until } from "../support/tracelet.ts";

/** What a test waits for on a machine where others are at work. */
const PATIENCE = 120_000;

describe("tracelet overhead", { timeout: PATIENCE }, () => {
  test("times the kernels without and with tracelet, and leaves nothing behind", async () => {
    const cwd = await temporaryFolder();
    const tmp = await temporaryFolder();
    const args = ["overhead", "--time", "4", "--interval", "0.1", "--interval", "30", "--json"];
    const found: Overhead = JSON.parse(textOf(await tracelet(args, { cwd, env: { TMPDIR: tmp } })));
    expect(found.baseline_seconds).toBeGreaterThan(0);
    expect(found.intervals.map(({ interval }) => interval)).toEqual([0.1, 30]);
    const [short, long] = found.intervals;
    expect(short?.pairs).toBeGreaterThan(0);
    expect(short?.samples).toBeGreaterThan(4);
    expect([short?.sample_ms, short?.ci95?.[0], short?.paired_percent]).toEqual([
      expect.any(Number),
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(short?.tracelet_memory_rss).toBeGreaterThan(1e6);
    expect(short?.line_latency_ms).toEqual(expect.any(Number));
    expect(short?.tracelet_cpu_percent).toBeGreaterThan(0);
    // No whole interval of 30 s fits: not measured is not zero.
    for (const absent of ["tracelet_cpu_percent", "samples", "sample_ms"]) expect(long).not.toHaveProperty(absent);
    expect(found.probes.map(({ id }) => id)).toEqual(expect.arrayContaining(["cpu", "memory", "tracelet"]));
    expect([found.budget_percent, found.workers]).toEqual([5, expect.any(Number)]);
    expect([await readdir(cwd), await readdir(tmp)]).toEqual([[], []]);
  });

  test("runs a command in its folder as often as it says, with its output thrown away", async () => {
    const cwd = await temporaryFolder();
    // Rules of the user's own may stop a command; none of them counts here.
    await writeFile(join(cwd, "tracelet.toml"), 'alert = ["cpu_percent >= 0 => stop"]\nbackend = ["mlflow"]\n');
    const command = ["sh", "-c", "echo loss=1; echo x >> runs; sleep 0.3"];
    const args = ["overhead", "--time", "3", "--interval", "1", "--json", "--", ...command];
    const found: Overhead = JSON.parse(textOf(await tracelet(args, { cwd })));
    expect(found.command).toEqual(command);
    expect(found.baseline_seconds).toBeGreaterThan(0.3);
    expect(found.intervals[0]?.seconds).toBeGreaterThan(0.3);
    expect(found.once_seconds).toBeGreaterThan(0);
    const runs = (await readFile(join(cwd, "runs"), "utf8")).length / 2;
    expect(runs).toBeGreaterThanOrEqual(2 * (found.intervals[0]?.pairs ?? 0));
    expect(await readdir(cwd)).toEqual(["runs", "tracelet.toml"]);
  });

  test("a slowdown above --max ends with 1", async () => {
    const cwd = await temporaryFolder();
    // Its own run directory is what a command knows tracelet by.
    const command = ["sh", "-c", 'sleep 0.2; test -z "$TRACELET_RUN_ID" || sleep 1'];
    const args = ["overhead", "--time", "25", "--interval", "1", "--max", "10%", "--json", "--", ...command];
    const ended = await tracelet(args, { cwd });
    expect([ended.code, ended.errors]).toEqual([1, ""]);
    const found: Overhead = JSON.parse(ended.stdout.toString());
    expect(found.intervals[0]?.ci95?.[0]).toBeGreaterThan(10);
    expect(found.classic_interval).toBe(30);
    expect(found).not.toHaveProperty("recommended_interval");
  });

  test("a command that fails is told in a sentence", async () => {
    const cwd = await temporaryFolder();
    const ended = await tracelet(["overhead", "--time", "1", "--", "sh", "-c", "exit 3"], { cwd });
    expect([ended.code, ended.stdout.toString()]).toEqual([2, ""]);
    expect(ended.errors).toMatch(/^tracelet: 'sh -c exit 3' ended with exit status 3, .*; type [^\n]*\n$/);
  });

  test.each([
    ["watching the kernels", "watch.js", [] as string[]],
    ["a command", "sleep 4321", ["--", "sleep", "4321"]],
  ])("Ctrl-C during %s leaves no process and no folder", async (_, name, rest) => {
    const cwd = await temporaryFolder();
    const tmp = await temporaryFolder();
    const mark = `OVERHEAD_TEST=${process.pid}-${name}`;
    const env = { TMPDIR: tmp, OVERHEAD_TEST: mark.slice(mark.indexOf("=") + 1) };
    const started = startTracelet(["overhead", "--time", "5", "--interval", "1", ...rest], { cwd, env });
    await until(`${name} runs`, async () => (await processesWith(mark)).some(({ line }) => line.includes(name)));
    started.kill("SIGINT");
    const ended = await started.ended;
    expect([ended.signal, ended.errors]).toEqual(["SIGINT", ""]);
    expect(await processesWith(mark)).toEqual([]);
    expect(await readdir(tmp)).toEqual([]);
  });

  test.each([
    [["--interval", "0"], /--interval is '0', .*type --interval 1\n$/],
    [["--time", "soon"], /--time is 'soon', .*type --time 60\n$/],
    [["--budget", "-1%"], /--budget is '-1%', .*type --budget 5%\n$/],
    [["--max", "much"], /--max is 'much', .*type --max 1%\n$/],
    [["--"], /there is no command behind the two dashes/],
  ])("%j is a mistake that is told at once", async (args, message) => {
    const ended = await tracelet(["overhead", ...args], { cwd: await temporaryFolder() });
    expect(ended.code).toBe(2);
    expect(ended.errors).toMatch(message);
  });
});

/** Processes with this in their environment, which everything that is started inherits. */
async function processesWith(mark: string): Promise<{ pid: number; line: string }[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, "latin1").catch(() => "");
      const isOurs = (await read("environ")).split("\0").includes(mark);
      return isOurs ? [{ pid: Number(pid), line: (await read("cmdline")).replaceAll("\0", " ") }] : [];
    }),
  );
  return found.flat();
}
