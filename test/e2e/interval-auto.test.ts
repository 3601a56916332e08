import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOnlyJournal, temporaryFolder, tracelet } from "../support/tracelet.ts";

/** Waits for the interval to change: two times half a minute on a machine with little memory. It gives up by itself. */
const UNTIL_CHANGED = `for i in $(seq 450); do
  grep -q '"interval".*sampling took' .tracelet/runs/*/journal.jsonl && exit
  sleep 0.2
done; exit 1`;
const LONGEST = 120_000;

test("--interval auto says what it chose, once, and not with --quiet", async () => {
  const cwd = await temporaryFolder();
  const loud = await tracelet(["run", "--interval", "auto", "--", "true"], { cwd });
  expect(
    loud.errors.match(
      /^tracelet: --interval auto: a sample every (5|15|30) s; series per core: .+; list of processes: .+$/gm,
    ),
  ).toHaveLength(1);
  const quiet = await tracelet(["run", "--quiet", "--interval", "auto", "--", "true"], { cwd });
  expect([quiet.code, quiet.errors]).toEqual([0, ""]);
});

/** A program that takes 0.4 s of CPU time. */
const BURN =
  "const used = () => process.cpuUsage().user + process.cpuUsage().system; while (used() < 4e5); console.log(1)";

test(
  "--interval auto samples less often when that costs more than its budget, and says and journals it once",
  async () => {
    const [tiny, busy] = [await temporaryFolder(), await temporaryFolder()];
    const command = JSON.stringify([process.execPath, "-e", BURN]);
    await writeFile(join(busy, "tracelet.toml"), `[[probe]]\nname = "busy"\ncommand = ${command}\ninterval = 1\n`);
    const [ofTiny, ofBusy] = await Promise.all([changed(tiny, ["--interval-budget", "0.0001%"]), changed(busy, [])]);

    const [first, second, ...others] = await intervalsIn(tiny);
    expect(others).toEqual([]);
    expect(first?.reason).toBe("chosen for the size of this machine");
    // As far as it goes by itself.
    expect(second?.interval).toBe(60);
    expect(second?.reason).toMatch(/^sampling took [\d.e-]+ % of a core, more than 0\.0001 % \(--interval-budget\)$/);
    expect(ofTiny).toEqual([`tracelet: --interval auto: a sample every 60 s from now on: ${second?.reason}`]);

    const [before, after] = await intervalsIn(busy);
    expect(Number(after?.interval)).toBeGreaterThan(Number(before?.interval));
    const [, cost] = /^sampling took ([\d.]+) % of a core, more than 1 %/.exec(after?.reason ?? "") ?? [];
    const computed = (100 * 0.4) / Number(before?.interval);
    expect(Number(cost)).toBeGreaterThan(0.6 * computed);
    expect(Number(cost)).toBeLessThan(2 * computed);
    expect(ofBusy).toHaveLength(1);
  },
  LONGEST,
);

test("an interval that is set stays as it is, whatever it costs", async () => {
  const cwd = await temporaryFolder();
  const run = ["run", "--interval", "0.05", "--interval-budget", "0.0001%", "--", "sleep", "1"];
  expect((await tracelet(run, { cwd })).errors).not.toContain("--interval");
  expect(await intervalsIn(cwd)).toEqual([]);
});

/** A run of two intervals: what it says when it changes them. */
async function changed(cwd: string, flags: readonly string[]): Promise<string[]> {
  const ended = await tracelet(["run", "--interval", "auto", ...flags, "--", "sh", "-c", UNTIL_CHANGED], { cwd });
  expect(ended.code).toBe(0);
  return ended.errors.split("\n").filter((line) => line.includes("from now on"));
}

async function intervalsIn(cwd: string) {
  const records = (await readOnlyJournal(cwd)).filter(({ type }) => type === "interval");
  return records.map(({ interval, reason }) => ({ interval, reason: String(reason) }));
}
