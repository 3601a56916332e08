import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeRecord } from "../../src/journal/encode.ts";
import { readJournal, readJournalChunks } from "../../src/journal/reader.ts";
import { listRuns } from "../../src/journal/store.ts";
import { readRunView } from "../../src/journal/view.ts";
import { runDirectory } from "../../src/journal/run-directory.ts";
import { acquireLease, OTHER_HOST_BOUND_MS } from "../../src/journal/lease.ts";
import { UserError } from "../../src/model/error.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { Damage } from "../../src/model/view.ts";
import { runHeader, temporaryFolder } from "./support.ts";

const RECORDS: JournalRecord[] = [
  { type: "run", version: 1, ...runHeader({ name: "Füchslein 🦊" }) },
  { type: "launch", timestamp: 1, pid: 2 },
  { type: "sample", timestamp: 3, index: 0, metrics: { cpu_percent: 12.5, memory_percent: 3 } },
  { type: "metrics", timestamp: 4, step: 1, metrics: { loss: 0.5, acc: "NaN" }, stream: "stdout", offset: 9 },
  { type: "gap", timestamp: 5, what: "output", reason: "the disk is full", bytes: 4 },
  { type: "end", status: "failed", ended: 6, exitCode: 3 },
];
const LINES = RECORDS.map((record) => Buffer.from(encodeRecord(record)));
const WHOLE = Buffer.concat(LINES);
/** Offset of each line's first byte, and of the end. */
const STARTS = LINES.map((_, index) => Buffer.concat(LINES.slice(0, index)).length);

describe.each([
  ["read", read],
  ["read in chunks", readInChunks],
])("a journal that is %s", (_, of) => {
  test("gives, cut at every byte, each record that is whole, and no damage", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    for (let cut = 0; cut <= WHOLE.length; cut += 1) {
      writeFileSync(path, WHOLE.subarray(0, cut));
      const whole = LINES.filter((line, index) => (STARTS[index] ?? 0) + line.length <= cut).length;
      expect(await of(path), `cut at ${cut}`).toEqual({ records: RECORDS.slice(0, whole), damage: [] });
    }
  });

  test("gives, with a bit of any byte flipped, all records but that one, and says where the damage is", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    for (let at = 0; at < WHOLE.length; at += 1) {
      const flipped = Buffer.from(WHOLE);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, flipped);
      const hit = STARTS.findLastIndex((start) => start <= at);
      // The one digit that is the version may become a later one.
      const found = await of(path).catch((error: unknown) => ({ refused: error, records: RECORDS, damage: [] }));
      const isRefused = "refused" in found;
      expect(!isRefused || (found.refused instanceof UserError && hit === 0), `byte ${at}`).toBe(true);
      // Without its newline a line takes the next one with it.
      const isNewline = WHOLE[at] === 10;
      const safe = RECORDS.filter((_record, index) => index !== hit && !(isNewline && index === hit + 1));
      expect(found.records, `byte ${at}`).toEqual(expect.arrayContaining(safe));
      // Where the flip made another value of it (0.5, 0.7), nobody can tell; else it is told, in the line that was hit.
      const start = STARTS[hit] ?? 0;
      const isTold = found.damage.some(({ offset, bytes }) => offset <= at && at <= offset + bytes);
      const isRead = found.records.length >= RECORDS.length - (isNewline ? 2 : 0);
      const isUnknownType = found.damage.length === 0 && at - start < 24;
      const isLastNewline = at === WHOLE.length - 1;
      expect(isTold || isRead || isUnknownType || isLastNewline, `byte ${at} is told`).toBe(true);
      for (const { offset, bytes } of found.damage) {
        expect(offset).toBeGreaterThanOrEqual(start);
        expect(offset + bytes).toBeLessThanOrEqual(WHOLE.length);
      }
    }
  });
});

describe("a run whose journal", () => {
  test("is cut anywhere in its last records is listed and shown as far as it goes", async () => {
    const dir = temporaryFolder();
    const run = runDirectory(join(dir, "runs", runHeader().id));
    mkdirSync(run.root, { recursive: true });
    for (let cut = LINES[0]?.length ?? 0; cut <= WHOLE.length; cut += 1) {
      writeFileSync(run.journal, WHOLE.subarray(0, cut));
      const status = cut === WHOLE.length ? "failed" : "crashed";
      expect(await listRuns(dir), `cut at ${cut}`).toMatchObject([{ name: "Füchslein 🦊", status }]);
      expect(await readRunView(run)).toMatchObject({ status, damage: [] });
    }
  });

  test("has damage anywhere keeps its name in the list, or loses it, and stays in it", async () => {
    const dir = temporaryFolder();
    const run = runDirectory(join(dir, "runs", runHeader().id));
    mkdirSync(run.root, { recursive: true });
    await fc.assert(
      fc.asyncProperty(fc.nat(WHOLE.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), async (at, bytes) => {
        const damaged = Buffer.from(WHOLE);
        damaged.set(bytes.subarray(0, damaged.length - at), at);
        writeFileSync(run.journal, damaged);
        const [row, another] = await listRuns(dir);
        expect([row?.id, another]).toEqual([runHeader().id, undefined]);
      }),
      { numRuns: 150 },
    );
  });

  test("is of the first version of an alert's record is read", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const old =
      '{"type":"alert","metric":"cpu_percent","value":91,"threshold":90,"comparison":">","severity":"warning","state":"firing","timestamp":7}\n';
    writeFileSync(path, Buffer.concat([WHOLE, Buffer.from(old)]));
    const { records, damage } = await read(path);
    expect(damage).toEqual([]);
    expect(records.at(-1)).toMatchObject({ type: "alert", rule: "cpu_percent > 90", phrase: "> 90" });
  });
});

describe("a lease on a disk that two hosts share", () => {
  test("goes to one of them, is kept while its heartbeat is fresh, and is taken over when that is old", async () => {
    const path = join(temporaryFolder(), "upload-mlflow.lease");
    let time = Date.UTC(2026, 10, 22);
    const clock = () => time;
    // The process id is alive on one host and nobody's on the other: it must not count.
    const [here, there] = [
      { host: "host-a", pid: process.pid },
      { host: "host-b", pid: process.pid },
    ];
    const first = await acquireLease(path, here, clock);
    if (!first.held) throw new Error("the lease was held");
    await first.heartbeat();
    expect(await acquireLease(path, there, clock)).toEqual({ held: false, owner: here });
    time += OTHER_HOST_BOUND_MS - 1000;
    await first.heartbeat();
    time += OTHER_HOST_BOUND_MS - 1000;
    expect(await acquireLease(path, there, clock)).toMatchObject({ held: false });
    time += 2000;
    const second = await acquireLease(path, there, clock);
    expect(second.held).toBe(true);
    // The first one was only slow. It learns of it, and takes nothing away.
    expect(await first.heartbeat()).toBe(false);
    await first.release();
    const again = await acquireLease(path, { host: "host-c", pid: 1 }, () => Date.now());
    expect(again.held).toBe(false);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ host: "host-b" });
  });

  test("of a host that died while it took another over is taken over by a third", async () => {
    const path = join(temporaryFolder(), "journal.lease");
    const time = Date.UTC(2026, 10, 22);
    await acquireLease(path, { host: "host-a", pid: 1 }, () => time);
    const token = /"token":"(\w+)"/.exec(readFileSync(path, "utf8"))?.[1];
    await acquireLease(`${path}.${token}`, { host: "host-b", pid: 1 }, () => time);
    for (const file of [path, `${path}.${token}`]) utimesSync(file, time / 1000, time / 1000);
    const later = () => time + OTHER_HOST_BOUND_MS + 1;
    expect(await acquireLease(path, { host: "host-c", pid: 1 }, later)).toMatchObject({ held: true });
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ host: "host-c" });
  });
});

async function readInChunks(path: string): Promise<{ records: JournalRecord[]; damage: Damage[] }> {
  const [records, damage]: [JournalRecord[], Damage[]] = [[], []];
  for await (const entries of readJournalChunks(path, { onDamage: (found) => damage.push(found) })) {
    for (const { record } of entries) records.push(record);
  }
  return { records, damage };
}

async function read(path: string): Promise<{ records: JournalRecord[]; damage: Damage[] }> {
  const [records, damage]: [JournalRecord[], Damage[]] = [[], []];
  for await (const { record } of readJournal(path, { onDamage: (found) => damage.push(found) })) records.push(record);
  return { records, damage };
}
