import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { JournalQueue } from "../../src/journal/journal-queue.ts";
import { readJournal } from "../../src/journal/reader.ts";
import { openJournal } from "../../src/journal/writer.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { Damage } from "../../src/model/view.ts";
import { bundled, collect, temporaryFolder } from "./support.ts";

function sample(index: number): Extract<JournalRecord, { type: "sample" }> {
  return { type: "sample", timestamp: index, index, metrics: { cpu_percent: index } };
}

function started(program: string, ...args: string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function samplesOf(path: string, damage: Damage[] = []): Promise<number[]> {
  const entries = await collect(readJournal(path, { onDamage: (found) => damage.push(found) }));
  return entries.flatMap(({ record }) => (record.type === "sample" ? record.index : []));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe("the writer", () => {
  test("keeps the order of what is appended, whether or not somebody waits", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const journal = await openJournal(path);
    for (const index of upTo(500)) {
      journal.append(sample(index));
      if (index % 100 === 0) await journal.flush();
    }
    await journal.flush();
    expect(await samplesOf(path)).toEqual(upTo(500));
    await journal.close();
  });

  test("writes samples together, every few seconds and with the next other record", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    let at = 0;
    const journal = await openJournal(path, { steady: () => at });
    const untilWritten = (count: number) =>
      vi.waitFor(async () => expect(await samplesOf(path)).toEqual(upTo(count)), { timeout: 5000, interval: 5 });
    journal.append(sample(0));
    await untilWritten(1);
    for (at of [1000, 2000]) journal.append(sample(at / 1000));
    await new Promise(setImmediate);
    expect(await samplesOf(path)).toEqual([0]);
    at = 3000;
    journal.append(sample(3));
    await untilWritten(4);
    at = 4000;
    journal.append(sample(4));
    journal.append({ type: "gap", timestamp: 4000, what: "samples", reason: "a record of another kind" });
    await untilWritten(5);
    at = 5000;
    journal.append(sample(5));
    await journal.close();
    expect(await samplesOf(path)).toEqual(upTo(6));
  });

  test("leaves a value that is no finite number out of a sample", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const journal = await openJournal(path);
    journal.append({ ...sample(0), metrics: { cpu_percent: Number.NaN, memory_percent: 3 } });
    await journal.close();
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ metrics: { memory_percent: 3 } });
  });

  test("that is killed leaves a journal that can be read and that a second one continues", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "journal.jsonl");
    const child = started(process.execPath, bundled("write-without-end", folder), path);
    await vi.waitUntil(() => existsSync(path) && statSync(path).size > 200_000, { timeout: 30_000 });
    child.kill("SIGKILL");
    await once(child, "exit");

    const before = await samplesOf(path);
    expect(before.length).toBeGreaterThan(100);
    expect(before).toEqual(upTo(before.length));

    const journal = await openJournal(path);
    journal.append(sample(before.length));
    await journal.close();
    const damage: Damage[] = [];
    expect(await samplesOf(path, damage)).toEqual(upTo(before.length + 1));
    expect(damage.length).toBeLessThanOrEqual(1);
  });

  test.runIf(existsSync("/dev/full"))("tells of a full disk once, and neither throws nor hangs", async () => {
    const errors: Error[] = [];
    const journal = await openJournal("/dev/full", { onError: (error) => errors.push(error) });
    for (const index of upTo(5)) {
      journal.append(sample(index));
      await journal.flush();
    }
    await journal.close();
    journal.append(sample(6));
    expect(errors).toMatchObject([{ code: "ENOSPC" }]);
  });

  test.runIf(hasPrlimit())("goes on in the middle of a record when a full disk has room again", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "journal.jsonl");
    const program = bundled("write-on-full-disk", folder);
    // A size that is in the middle of a line.
    const child = started("prlimit", "--fsize=12345:", process.execPath, program, path, "2000");
    const said = collectText(child);
    await vi.waitUntil(() => said.text.includes("EFBIG"), { timeout: 30_000 });
    expect(statSync(path).size).toBe(12_345);
    execFileSync("prlimit", [`--pid=${child.pid}`, "--fsize=unlimited:"]);
    child.stdin?.end();
    await once(child, "exit");
    expect(said.text).toBe("EFBIG\ndone\n");
    const damage: Damage[] = [];
    expect(await samplesOf(path, damage)).toEqual(upTo(2000));
    expect(damage).toEqual([]);
  });
});

describe("what waits for the disk", () => {
  test("is bounded: the oldest samples go first, and a gap says how many", () => {
    const queue = new JournalQueue(4_000, () => 77);
    queue.push({ type: "metrics", timestamp: 0, step: 0, metrics: { loss: 1 }, stream: "stdout", offset: 1 });
    for (const index of upTo(200)) queue.push(sample(index));
    expect(queue.size).toBeLessThanOrEqual(4_000);
    const records = takeAll(queue)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as JournalRecord);
    const [gap, metrics, ...samples] = records;
    expect(metrics).toMatchObject({ type: "metrics" });
    expect(samples).toEqual(upTo(200).slice(-samples.length).map(sample));
    expect(gap).toMatchObject({ type: "gap", timestamp: 77, what: `${200 - samples.length} sample records` });
    expect(takeAll(queue)).toBe("");
    expect(queue.size).toBe(0);
  });

  test("keeps the end of a run whatever else has to go", () => {
    const queue = new JournalQueue(1_000, () => 0);
    queue.push({ type: "end", status: "finished", ended: 1, exitCode: 0 });
    for (const step of upTo(50)) {
      queue.push({ type: "metrics", timestamp: 0, step, metrics: { loss: 1 }, stream: "stdout", offset: step });
    }
    expect(takeAll(queue)).toContain('"type":"end"');
  });

  test("keeps the end of a run that was taken and could not be written, or only half of it", () => {
    const queue = new JournalQueue(10_000, () => 0);
    queue.push(sample(0));
    queue.push({ type: "end", status: "finished", ended: 1, exitCode: 0 });
    const half = queue.take().indexOf("finished");
    queue.push(sample(1));
    queue.giveUpAllBut(["end", "gap"], half);
    const records = takeAll(queue).trimEnd().split("\n");
    expect(records.map((line) => JSON.parse(line) as JournalRecord)).toMatchObject([
      { type: "gap", what: "1 sample records" },
      { type: "end", status: "finished" },
    ]);
  });
});

function takeAll(queue: JournalQueue): string {
  const texts: string[] = [];
  for (let bytes = queue.take(); bytes.length > 0; bytes = queue.take()) texts.push(bytes.toString());
  return texts.join("");
}

function collectText(child: ChildProcess): { text: string } {
  const said = { text: "" };
  child.stdout?.setEncoding("utf8").on("data", (piece: string) => (said.text += piece));
  return said;
}

function hasPrlimit(): boolean {
  try {
    execFileSync("prlimit", ["--version"]);
    return true;
  } catch {
    // Only Linux has it.
    return false;
  }
}
