import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Ended,
  journalSoFar,
  readOnlyJournal,
  runFolders,
  startTracelet,
  temporaryFolder,
  tracelet,
  until,
} from "../support/tracelet.ts";

const OWN_OFF = ["--alert", "* off"];

async function run(flags: readonly string[], script: string, env: Record<string, string> = {}) {
  const cwd = await temporaryFolder();
  return { cwd, ended: await tracelet(["run", ...flags, "--", "sh", "-c", script], { cwd, env }) };
}

const failures = ({ errors }: Ended) =>
  errors.split("\n").filter((line) => /^tracelet: (check failed|exit status 3)/.test(line));
const BECAUSE = "tracelet: exit status 3: the command succeeded, and the run failed a check";

describe("--require", () => {
  test.each([
    ["val_acc >= 0.97", 3, "val_acc >= 0.97 is required, and it is 0.96"],
    ["val_acc >= 0.96", 0, undefined],
    ["max(val_acc) >= 0.98", 0, undefined],
    ["min(val_acc) > 0.5", 3, "min(val_acc) > 0.5 is required, and it is 0.5"],
    ["first(val_acc) == 0.5", 0, undefined],
    ["count(val_acc) >= 3", 0, undefined],
    ["max(memory_percent) < 0.1", 3, expect.stringMatching(/^max\(memory_percent\) < 0\.1 is required, and it is \d/)],
    ["mean(memory_percent) > 0", 0, undefined],
    ["val_ac > 0", 3, "val_ac > 0 is required, and there is no metric val_ac (val_acc?)"],
    ["loss < 5", 3, "loss < 5 is required, and it is nan"],
  ])("%s", async (requirement, code, problem) => {
    const script = "for v in 0.5 0.98 0.96; do echo val_acc=$v; done; echo loss=nan";
    const { ended } = await run(["--require", requirement], script);
    expect(ended.code).toBe(code);
    const told = failures(ended).map((line) => line.replace("tracelet: check failed: ", ""));
    expect(told).toEqual(code === 0 ? [] : [problem, BECAUSE]);
  });

  test("says nothing against the exit status of a command that failed", async () => {
    const { ended } = await run(["--require", "acc > 2"], "echo acc=1; exit 5");
    expect(ended.code).toBe(5);
    expect(failures(ended)).toEqual(["tracelet: check failed: acc > 2 is required, and it is 1"]);
  });

  test("is told also with --quiet", async () => {
    const { ended } = await run(["--quiet", "--require", "acc > 2"], "echo acc=1");
    expect([ended.code, ended.errors]).toEqual([
      3,
      `tracelet: check failed: acc > 2 is required, and it is 1\n${BECAUSE}\n`,
    ]);
  });

  test("that nobody could check is not fulfilled", async () => {
    const cwd = await temporaryFolder();
    const script = "echo acc=1; while [ ! -e go ]; do sleep 0.1; done";
    const child = startTracelet(["run", "--require", "acc > 0", "--", "sh", "-c", script], { cwd });
    let errors = "";
    child.stderr?.on("data", (bytes: Buffer) => (errors += bytes.toString()));
    const killed = new Set<unknown>();
    await until("no watcher is started any more", async () => {
      const watchers = (await journalSoFar((await runFolders(cwd))[0])).filter(({ type }) => type === "watcher");
      const pid = watchers.at(-1)?.["pid"];
      if (pid !== undefined && !killed.has(pid)) process.kill(Number(pid), "SIGKILL");
      killed.add(pid);
      return errors.includes("is not started again");
    });
    await writeFile(join(cwd, "go"), "");
    const ended = await child.ended;
    expect(ended.code).toBe(3);
    expect(failures(ended)).toEqual([
      "tracelet: check failed: --fail-on and --require could not be checked, because no watcher was left to do it",
      BECAUSE,
    ]);
  });
});

describe("--fail-on", () => {
  test("counts alerts from a severity on", async () => {
    const warning = [...OWN_OFF, "--alert", "loss > 1 => warning"];
    const critical = await run([...warning, "--fail-on", "critical"], "echo loss=5");
    expect([critical.ended.code, failures(critical.ended)]).toEqual([0, []]);
    const from = await run([...warning, "--fail-on", "warning"], "echo loss=5");
    expect([from.ended.code, failures(from.ended)]).toEqual([
      3,
      ["tracelet: check failed: 1 alert from warning on (--fail-on), the first: loss 5 > 1 at step 0", BECAUSE],
    ]);
  });

  test("counts tracelet's own rules, but not those for CPU and memory, unless they are named", async () => {
    const own = await run(["--fail-on", "critical"], "echo loss=nan");
    expect(own.ended.code).toBe(3);
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, "tracelet.toml"), '[[alert]]\nmetric = "memory_percent"\nabove = 0.1\n');
    const named = await tracelet(["run", "--fail-on", "critical", "--", "sleep", "0.2"], { cwd });
    expect(named.code).toBe(3);
  });
});

test("a rule whose metric never came is mentioned once, with the name that was meant", async () => {
  const { ended } = await run(["--alert", "val_los > 3"], "echo val_loss=1; echo val_loss=2");
  expect(ended.errors.split("\n").filter((line) => line.includes("val_los "))).toEqual([
    "          rule      'val_los > 3': no metric val_los has appeared (val_loss?)",
  ]);
});

describe("in GitHub Actions", () => {
  test("alerts are annotations, and the summary is on the job's page", async () => {
    const cwd = await temporaryFolder();
    const page = join(cwd, "summary.md");
    await writeFile(page, "before\n");
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: page };
    const script =
      "echo loss=0.5; echo loss=nan; echo 'Traceback (most recent call last):'; echo 'ValueError: no `good`'; exit 1";
    const flags = ["--name", "my_run", "--require", "loss < 1"];
    const ended = await tracelet(["run", ...flags, "--", "sh", "-c", script], { cwd, env });
    expect(ended.code).toBe(1);
    expect(ended.errors).toContain(
      "tracelet: alert critical: loss is nan at step 1\n::error title=tracelet alert::loss is nan at step 1\n",
    );
    const text = await readFile(page, "utf8");
    expect(text).toMatch(/^before\n### tracelet: my\\_run, failed with exit status 1 after /);
    expect(text).toContain("| loss | 0.5 | nan | 0.5 at step 0 |");
    expect(text).toContain("| loss is nan at step 1 | critical |");
    expect(text).toContain("```text\nTraceback (most recent call last):\nValueError: no `good`\n```");
    expect(text).toContain("- ❌ tracelet: check failed: loss \\< 1 is required, and it is nan");
  });

  test("a page that cannot be written is no trouble", async () => {
    const { ended } = await run([], "echo loss=1", { GITHUB_STEP_SUMMARY: "/nowhere/at/all.md" });
    expect(ended.code).toBe(0);
  });
});

describe("a hang", () => {
  test("is noticed: no output, no CPU, no GPU", async () => {
    const { ended, cwd } = await run(
      [...OWN_OFF, "--alert", "hang for 1s => critical, stop", "--interval", "0.3"],
      "echo loss=1; exec sleep 30",
    );
    expect(ended.signal).toBe("SIGTERM");
    expect(ended.errors).toMatch(/^tracelet: alert critical: no output, no CPU time and no GPU work for 1\.\d+ s$/m);
    expect(
      (await readOnlyJournal(cwd))
        .filter(({ rule, type }) => type === "alert" && String(rule).startsWith("hang"))
        .map(({ state }) => state),
    ).toEqual(["pending", "firing"]);
  });

  test("is not what a command does that prints, or works", async () => {
    const flags = [...OWN_OFF, "--alert", "hang for 1s", "--interval", "0.3"];
    const prints = await run(flags, "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo still here; sleep 0.2; done");
    expect(prints.ended.errors).not.toContain("no output");
    const works = await run(flags, "exec timeout 3 sh -c 'while :; do :; done'");
    expect(works.ended.errors).not.toContain("no output");
  });
});

test("no metric for a while is told while the command runs on, and again when one comes", async () => {
  const { ended } = await run(
    [...OWN_OFF, "--alert", "no metric for 1s => critical"],
    "echo loss=1; sleep 3; echo loss=1; sleep 0.5",
  );
  const alerts = ended.errors.split("\n").filter((line) => line.startsWith("tracelet: alert"));
  expect(alerts).toEqual([
    "tracelet: alert critical: no metric for 1s",
    expect.stringMatching(/^tracelet: alert resolved: metric/),
  ]);
});

describe("a close-up", () => {
  test("of the time before is kept at the first critical alert and at an abnormal end", async () => {
    const { cwd } = await run(["--interval", "60"], "sleep 3.2; echo loss=nan; echo loss=nan; sleep 2.5; exit 3");
    const kept = (await readOnlyJournal(cwd)).filter(({ type }) => type === "closeup");
    expect(kept.map(({ reason }) => reason)).toEqual(["critical alert", "abnormal end"]);
    const samples = kept[0]?.["samples"] as { timestamp: number; metrics: Record<string, number> }[];
    expect(samples.length).toBeGreaterThan(1);
    expect(samples.at(-1)?.metrics).toMatchObject({
      cpu_percent: expect.any(Number),
      memory_percent: expect.any(Number),
    });
  });

  test("is not needed where samples are that close already, nor where all is well", async () => {
    const close = await run(["--interval", "0.5"], "sleep 1; echo loss=nan");
    const well = await run(["--interval", "60"], "sleep 1.5");
    for (const { cwd } of [close, well]) {
      expect((await readOnlyJournal(cwd)).filter(({ type }) => type === "closeup")).toEqual([]);
    }
  });
});
