import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRun, RunIdTakenError } from "../../src/journal/create-run.ts";
import { acquireLease } from "../../src/journal/lease.ts";
import { thisProcess } from "../../src/journal/process-identity.ts";
import { newRunId, newRunName, startedOf } from "../../src/journal/run-id.ts";
import { listRuns, resolveRun } from "../../src/journal/store.ts";
import { openJournal } from "../../src/journal/writer.ts";
import { UserError } from "../../src/model/error.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { RunHeader } from "../../src/model/run.ts";
import { runHeader, temporaryFolder } from "./support.ts";

const DAY = 86_400_000;

async function makeRun(dir: string, changes: Partial<RunHeader>, records: readonly JournalRecord[] = []) {
  const run = createRun(dir, runHeader(changes));
  const journal = await openJournal(run.journal);
  for (const record of records) journal.append(record);
  await journal.close();
  return run;
}

describe("a new run", () => {
  test("has its header as the first record, in a store that git ignores", () => {
    const dir = join(temporaryFolder(), "some", ".tracelet");
    const run = createRun(dir, runHeader());
    expect(run.root).toBe(join(dir, "runs", "20261122-201530-k3f9"));
    expect(JSON.parse(readFileSync(run.journal, "utf8"))).toEqual({ type: "run", version: 1, ...runHeader() });
    expect(readFileSync(join(dir, ".gitignore"), "utf8")).toBe("*\n");
    expect(readdirSync(run.root)).toEqual(["journal.jsonl"]);
  });

  test("never gets the folder of another one", () => {
    const dir = temporaryFolder();
    createRun(dir, runHeader());
    expect(() => createRun(dir, runHeader({ name: "other" }))).toThrow(RunIdTakenError);
  });

  test.each([
    [
      "a file is in the way",
      (folder: string) => (writeFileSync(join(folder, "f"), ""), join(folder, "f")),
      /not a directory \(ENOTDIR\)/,
    ],
    ["the file system makes no folders", () => "/proc/tracelet", /\(ENOENT|EACCES|EPERM\)/],
    ["the name is too long", (folder: string) => join(folder, "x".repeat(300)), /name too long \(ENAMETOOLONG\)/],
  ])("says in a sentence why there can be none: %s", (_, dirIn, reason) => {
    const dir = dirIn(temporaryFolder());
    expect(() => createRun(dir, runHeader())).toThrow(UserError);
    expect(() => createRun(dir, runHeader())).toThrow(reason);
    expect(() => createRun(dir, runHeader())).toThrow(/choose another folder than .* with --dir/);
    expect(existsSync(join(dir, "runs"))).toBe(false);
  });

  test.runIf(process.getuid?.() !== 0)("says that a folder may not be written", () => {
    const dir = temporaryFolder();
    chmodSync(dir, 0o500);
    expect(() => createRun(dir, runHeader())).toThrow(/permission denied \(EACCES\)/);
  });

  test("has an id that sorts by time and says it, and a name one can say", () => {
    const random = () => 0.5;
    expect(newRunId(new Date(Date.UTC(2026, 10, 22, 20, 15, 30, 999)), random)).toBe("20261122-201530-gggg");
    expect(startedOf("20261122-201530-gggg")).toBe(Date.UTC(2026, 10, 22, 20, 15, 30));
    expect(startedOf("notes")).toBeUndefined();
    expect(newRunName(random)).toMatch(/^[a-z]+-[a-z]+-55$/);
    expect(newRunName(() => 0.999_999)).toMatch(/^[a-z]+-[a-z]+-99$/);
  });
});

describe("the list of runs", () => {
  test("is empty without a store", async () => {
    expect(await listRuns(join(temporaryFolder(), "none"))).toEqual([]);
  });

  test("has the newest first, each with how it stands", async () => {
    const dir = temporaryFolder();
    const { started } = runHeader();
    const clock = () => started + DAY;
    const sample: JournalRecord = { type: "sample", timestamp: 1, index: 0, metrics: { cpu_percent: 1 } };
    const many = Array.from({ length: 3000 }, () => sample);
    const end: JournalRecord = { type: "end", status: "failed", ended: started + 5, exitCode: 3 };
    await makeRun(dir, { id: "a", started }, [...many, end]);
    await makeRun(dir, { id: "b", started: started + 3 }, [
      { type: "end", status: "killed", ended: started + 9, signal: "SIGKILL" },
    ]);
    await makeRun(dir, { id: "c", started: started + 1 });
    const running = await makeRun(dir, { id: "d", started: started + 2 });
    await acquireLease(running.wrapperLease, thisProcess(), clock);
    const orphaned = await makeRun(dir, { id: "f", started: started + 4 }, [
      { type: "launch", timestamp: started + 4, pid: 4711 },
    ]);
    await acquireLease(orphaned.journalLease, thisProcess(), clock);
    await makeRun(dir, { id: "e", started: clock() - 1000 });
    const row = { name: "brisk-otter-42", project: "digits" };
    expect(await listRuns(dir, clock)).toEqual([
      { ...row, id: "e", status: "running", started: clock() - 1000 },
      { ...row, id: "f", status: "orphaned", child_pid: 4711, started: started + 4 },
      { ...row, id: "b", status: "killed", signal: "SIGKILL", started: started + 3, ended: started + 9 },
      { ...row, id: "d", status: "running", started: started + 2 },
      { ...row, id: "c", status: "crashed", started: started + 1 },
      { ...row, id: "a", status: "failed", exit_code: 3, started, ended: started + 5 },
    ]);
  });

  test("survives a damaged run", async () => {
    const dir = temporaryFolder();
    await makeRun(dir, { id: "20261122-201530-good" });
    for (const [id, content] of [
      ["20261123-000000-torn", '{"type":"ru'],
      ["20261124-000000-junk", "\0\0\n"],
    ] as const) {
      mkdirSync(join(dir, "runs", id));
      writeFileSync(join(dir, "runs", id, "journal.jsonl"), content);
    }
    mkdirSync(join(dir, "runs", "20261125-000000-none"));
    mkdirSync(join(dir, "runs", "20261126-000000-dir", "journal.jsonl"), { recursive: true });
    createRun(dir, runHeader({ id: "20261127-000000-newer", started: Date.UTC(2026, 10, 27) }));
    writeFileSync(join(dir, "runs", "20261127-000000-newer", "journal.jsonl"), '{"type":"run","version":9}\n');
    const rows = await listRuns(dir);
    expect(rows.map(({ id, name }) => `${id} ${name}`)).toEqual([
      "20261127-000000-newer ",
      "20261126-000000-dir ",
      "20261125-000000-none ",
      "20261124-000000-junk ",
      "20261123-000000-torn ",
      "20261122-201530-good brisk-otter-42",
    ]);
    expect(rows.every(({ status }) => status === "crashed")).toBe(true);
  });
});

describe("a run that is named", () => {
  test("is found by id, by the beginning of one, by name and as the newest", async () => {
    const dir = temporaryFolder();
    const { started } = runHeader();
    await makeRun(dir, { id: "20261122-aaaa", started, name: "first" });
    await makeRun(dir, { id: "20261122-aabb", started: started + 1, name: "twice" });
    await makeRun(dir, { id: "20261123-cccc", started: started + 2, name: "twice" });
    await makeRun(dir, { id: "20261123", started: started - 1, name: "odd" });
    const idOf = async (ref?: string) => (await resolveRun(dir, ref)).id;
    expect(await idOf()).toBe("20261123-cccc");
    expect(await idOf("latest")).toBe("20261123-cccc");
    expect(await idOf("20261122-aaaa")).toBe("20261122-aaaa");
    expect(await idOf("20261122-aab")).toBe("20261122-aabb");
    expect(await idOf("20261123")).toBe("20261123");
    expect(await idOf("first")).toBe("20261122-aaaa");
    expect(await idOf("twice")).toBe("20261123-cccc");
    await expect(idOf("20261122")).rejects.toThrow(
      '"20261122" begins several ids: 20261122-aabb (twice), 20261122-aaaa (first); tracelet runs lists all',
    );
    await expect(idOf("nothing")).rejects.toThrow(/there is no run "nothing" in .*: it has 20261123-cccc \(twice\), /);
    await expect(idOf("../..")).rejects.toThrow(UserError);
  });

  test("is asked for in a store without runs", async () => {
    await expect(resolveRun(join(temporaryFolder(), "none"))).rejects.toThrow(/^there is no run in .*: start one with/);
  });
});
