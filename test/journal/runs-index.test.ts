import { spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listRuns } from "../../src/journal/store.ts";
import { EXECUTABLE } from "../support/tracelet.ts";
import { runHeader, temporaryFolder } from "./support.ts";

/** So many that an index is written. */
const RUNS = 120;
const { started } = runHeader();

describe("the index of a store", () => {
  test("is made with the first long list, and gives the same list", async () => {
    const dir = storeOf(RUNS);
    const first = await listRuns(dir);
    expect(existsSync(indexOf(dir))).toBe(true);
    expect(first).toHaveLength(RUNS);
    expect(await listRuns(dir)).toEqual(first);
    rmSync(indexOf(dir));
    expect(await listRuns(dir)).toEqual(first);
  });

  test("is what a list is made of, while the journals stay as they are", async () => {
    const dir = storeOf(RUNS);
    await listRuns(dir);
    writeFileSync(indexOf(dir), readFileSync(indexOf(dir), "utf8").replace('"run 7"', '"from the index"'));
    expect((await listRuns(dir)).filter(({ name }) => name === "from the index")).toHaveLength(1);
    const journal = journalOf(dir, 7);
    utimesSync(journal, 1, 1);
    expect((await listRuns(dir)).filter(({ name }) => name === "from the index")).toEqual([]);
  });

  test("is passed over for a run that has gone on, and for one that has no end", async () => {
    const dir = storeOf(RUNS);
    writeFileSync(journalOf(dir, 3), lines(records(3).slice(0, 1)));
    const before = await listRuns(dir);
    expect(before.find(({ id }) => id === idOf(3))).toMatchObject({ status: "crashed" });
    appendFileSync(journalOf(dir, 3), lines(records(3).slice(1)));
    appendFileSync(journalOf(dir, 4), lines([{ type: "end", status: "killed", ended: started, signal: "SIGKILL" }]));
    const after = await listRuns(dir);
    expect(after.find(({ id }) => id === idOf(3))).toMatchObject({ status: "failed", exit_code: 3 });
    expect(after.find(({ id }) => id === idOf(4))).toMatchObject({ status: "killed", signal: "SIGKILL" });
  });

  test("forgets what was removed", async () => {
    const dir = storeOf(2 * RUNS);
    await listRuns(dir);
    for (let run = 0; run < RUNS; run += 1) rmSync(join(journalOf(dir, run), ".."), { recursive: true });
    for (let run = 2 * RUNS; run < 3 * RUNS; run += 1) writeRun(dir, run);
    expect(await listRuns(dir)).toHaveLength(2 * RUNS);
    expect(readFileSync(indexOf(dir), "utf8")).not.toContain(idOf(0));
    expect(await listRuns(dir)).toHaveLength(2 * RUNS);
  });

  test.each([
    ["empty", ""],
    ["torn", '{"version":1,"runs":[["20261122-0000'],
    ["of another version", '{"version":2,"runs":[]}'],
    ["no list", '{"version":1,"runs":{}}'],
    ["nonsense", '{"version":1,"runs":[null,1,[],["x"],{}]}'],
    ["JSON null", "null"],
  ])("does no harm where it is %s", async (_, content) => {
    const dir = storeOf(RUNS);
    const rows = await listRuns(dir);
    writeFileSync(indexOf(dir), content);
    expect(await listRuns(dir)).toEqual(rows);
  });

  test("counts for nothing where a field of an entry is not what it must be", async () => {
    const dir = storeOf(RUNS);
    const rows = await listRuns(dir);
    const index = JSON.parse(readFileSync(indexOf(dir), "utf8")) as { version: 1; runs: unknown[][] };
    const wrong = index.runs.map((entry, number) => entry.with(number % entry.length, { wrong: true }));
    writeFileSync(indexOf(dir), JSON.stringify({ ...index, runs: wrong }));
    expect(await listRuns(dir)).toEqual(rows);
  });

  test("does no harm where it cannot be written", async () => {
    const dir = storeOf(RUNS);
    mkdirSync(join(indexOf(dir), "in the way"), { recursive: true });
    expect(await listRuns(dir)).toHaveLength(RUNS);
    expect(readdirSync(dir).toSorted()).toEqual(["runs", "runs.index"]);
  });

  test("is whole when several lists are made at once", async () => {
    const dir = storeOf(RUNS);
    const list = () =>
      new Promise((resolve) => {
        spawn(process.execPath, [EXECUTABLE, "runs", "--dir", dir], { stdio: "ignore" }).once("exit", resolve);
      });
    expect(await Promise.all(Array.from({ length: 4 }, list))).toEqual([0, 0, 0, 0]);
    expect(readdirSync(dir).toSorted()).toEqual(["runs", "runs.index"]);
    expect(JSON.parse(readFileSync(indexOf(dir), "utf8")).runs).toHaveLength(RUNS);
    expect(statSync(indexOf(dir)).mode & 0o077).toBe(0);
  });
});

function storeOf(runs: number): string {
  const dir = temporaryFolder();
  for (let run = 0; run < runs; run += 1) writeRun(dir, run);
  return dir;
}

function writeRun(dir: string, run: number): void {
  mkdirSync(join(dir, "runs", idOf(run)), { recursive: true });
  writeFileSync(journalOf(dir, run), lines(records(run)));
}

function records(run: number): object[] {
  return [
    { type: "run", version: 1, ...runHeader({ id: idOf(run), name: `run ${run}`, started: started + run }) },
    { type: "end", status: run === 3 ? "failed" : "finished", ended: started + 9000, exitCode: run === 3 ? 3 : 0 },
  ];
}

function lines(some: readonly object[]): string {
  return some.map((record) => `${JSON.stringify(record)}\n`).join("");
}

function idOf(run: number): string {
  return `20261122-201530-${String(run).padStart(4, "0")}`;
}

function journalOf(dir: string, run: number): string {
  return join(dir, "runs", idOf(run), "journal.jsonl");
}

function indexOf(dir: string): string {
  return join(dir, "runs.index");
}
