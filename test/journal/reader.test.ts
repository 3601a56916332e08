import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeRecord } from "../../src/journal/encode.ts";
import { readJournal } from "../../src/journal/reader.ts";
import { openJournal } from "../../src/journal/writer.ts";
import { UserError } from "../../src/model/error.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { Damage } from "../../src/model/view.ts";
import { arbitraryRecord } from "./arbitrary-record.ts";
import { collect, runHeader, temporaryFolder } from "./support.ts";

const launch: JournalRecord = { type: "launch", timestamp: 1, pid: 2 };
const gap: JournalRecord = { type: "gap", timestamp: 3, what: "output", reason: "the disk is full", bytes: 4 };

async function read(path: string, from = 0): Promise<{ records: JournalRecord[]; ends: number[]; damage: Damage[] }> {
  const damage: Damage[] = [];
  const entries = await collect(readJournal(path, { from, onDamage: (found) => damage.push(found) }));
  return { records: entries.map(({ record }) => record), ends: entries.map(({ end }) => end), damage };
}

async function write(path: string, records: readonly JournalRecord[]): Promise<void> {
  const journal = await openJournal(path);
  for (const record of records) journal.append(record);
  await journal.close();
}

describe("a journal", () => {
  test("reads back as it was written, and every cursor goes on where it says", async () => {
    const folder = temporaryFolder();
    let file = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryRecord, { maxLength: 12 }), async (records) => {
        const path = join(folder, `${(file += 1)}.jsonl`);
        await write(path, records);
        const { records: found, ends, damage } = await read(path);
        expect(found).toEqual(records);
        expect(damage).toEqual([]);
        for (const [index, end] of ends.entries())
          expect((await read(path, end)).records).toEqual(records.slice(index + 1));
      }),
      { numRuns: 60 },
    );
  });

  test("that is cut anywhere gives its complete records, and goes on with a second writer", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "journal.jsonl");
    const records: JournalRecord[] = [{ type: "run", version: 1, ...runHeader({ name: "Füchslein 🦊" }) }, launch, gap];
    await write(path, records);
    const whole = readFileSync(path);
    const ends = records.map((_, index) =>
      Buffer.byteLength(
        records
          .slice(0, index + 1)
          .map(encodeRecord)
          .join(""),
      ),
    );
    for (let cut = 0; cut <= whole.length; cut += 1) {
      writeFileSync(path, whole.subarray(0, cut));
      const complete = ends.filter((end) => end <= cut).length;
      const before = await read(path);
      expect(before).toEqual({ records: records.slice(0, complete), ends: ends.slice(0, complete), damage: [] });

      await write(path, [gap]);
      const after = await read(path);
      const isWholeRecord = ends.includes(cut + 1);
      expect(after.records).toEqual([...records.slice(0, complete + (isWholeRecord ? 1 : 0)), gap]);
      const torn = cut > (ends[complete - 1] ?? 0) && !isWholeRecord;
      expect(after.damage.map(({ offset }) => offset)).toEqual(torn ? [ends[complete - 1] ?? 0] : []);
    }
  });

  test("with damaged bytes gives every record whose line is whole, and says where the others were", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "journal.jsonl");
    const damagedBytes = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryRecord, { minLength: 1, maxLength: 9 }),
        damagedBytes,
        async (records, blow) => {
          const lines = records.map((record) => Buffer.from(encodeRecord(record)));
          const original = Buffer.concat(lines);
          const at = blow.at % original.length;
          const damaged = Buffer.from(original);
          damaged.set(blow.bytes.subarray(0, original.length - at), at);
          writeFileSync(path, damaged);
          // The bytes can happen to raise the version.
          const refused = (error: unknown): void => expect(error).toBeInstanceOf(UserError);
          const found = (await read(path).catch(refused))?.records.map(encodeRecord);
          // Without the newline before it a line is a part of the one before.
          const isWhole = (start: number, end: number): boolean => at + blow.bytes.length < start || at >= end;
          const whole = lines.filter((line, index) => {
            const start = lines.slice(0, index).reduce((sum, before) => sum + before.length, 0);
            return isWhole(start, start + line.length);
          });
          const expected = whole.map(String);
          expect(found ?? expected).toEqual(expect.arrayContaining(expected));
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  });

  test("of random bytes never makes the reader fail", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "journal.jsonl");
    const pieces = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(`${text}\n`)),
      fc
        .constantFrom("\n", "\r\n", "null\n", "[]\n", '{"type":"toString"}\n', '{"type":"end"}\n')
        .map((line) => Buffer.from(line)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), async (parts) => {
        writeFileSync(path, Buffer.concat(parts));
        const { damage } = await read(path);
        expect(damage.every(({ reason }) => reason !== "")).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the reader", () => {
  test("leaves a last line without newline until it is complete", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const line = encodeRecord(gap);
    writeFileSync(path, encodeRecord(launch) + line.slice(0, 20));
    const { records, ends } = await read(path);
    expect(records).toEqual([launch]);
    appendFileSync(path, line.slice(20));
    expect((await read(path, ends[0])).records).toEqual([gap]);
  });

  test("gives the records of some types where it is asked for these, and says nothing of other lines", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const others = ['{"type":"sample","is":"wrong"}', '{"type":"metrics"}', '{"timestamp":3,"type":"launch","pid":2}'];
    writeFileSync(path, `${encodeRecord(launch)}${others.join("\n")}\n${encodeRecord(gap)}no JSON\n`);
    const damage: Damage[] = [];
    const options = { types: new Set(["gap", "launch"] as const), onDamage: (found: Damage) => damage.push(found) };
    const entries = await collect(readJournal(path, options));
    expect(entries.map(({ record }) => record)).toEqual([launch, { ...launch, timestamp: 3 }, gap]);
    expect(damage.map(({ reason }) => reason)).toEqual(["no JSON"]);
  });

  test("leaves a line that is too long, and says how long it was", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const long = `"${"x".repeat(16 * 1024 * 1024)}"\n`;
    writeFileSync(path, encodeRecord(launch) + long + encodeRecord(gap));
    const { records, damage } = await read(path);
    expect(records).toEqual([launch, gap]);
    expect(damage).toEqual([
      { offset: encodeRecord(launch).length, bytes: long.length, reason: "the line is too long" },
    ]);
  });

  test("passes over records of unknown types in silence", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    writeFileSync(path, `{"type":"phase","timestamp":1,"name":"warm-up"}\n${encodeRecord(gap)}`);
    expect(await read(path)).toMatchObject({ records: [gap], damage: [] });
  });

  test("refuses a later version and says what to do", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    writeFileSync(path, encodeRecord({ type: "run", version: 2, ...runHeader() }));
    await expect(read(path)).rejects.toThrow(UserError);
    await expect(read(path)).rejects.toThrow(/format version 2, and this tracelet reads up to 1: use/);
  });

  test.each([
    ["no JSON", "{", "no JSON"],
    ["a list", "[1]", "no JSON object"],
    ["no type", '{"timestamp":1}', "no type"],
    ["a missing field", '{"type":"launch","timestamp":1}', "launch: pid is missing or wrong"],
    [
      "a null for a number",
      '{"type":"sample","timestamp":1,"index":0,"metrics":{"cpu_percent":null}}',
      "sample: metrics is missing or wrong",
    ],
    [
      "a number beyond all bounds",
      '{"type":"launch","timestamp":1e999,"pid":1}',
      "launch: timestamp is missing or wrong",
    ],
    [
      "an optional field of another kind",
      '{"type":"end","status":"failed","ended":1,"exitCode":"1"}',
      "end: exitCode is missing or wrong",
    ],
  ])("calls %s damage", async (_, line, reason) => {
    const path = join(temporaryFolder(), "journal.jsonl");
    writeFileSync(path, `${encodeRecord(launch)}${line}\n${encodeRecord(gap)}`);
    const { records, damage } = await read(path);
    expect(records).toEqual([launch, gap]);
    expect(damage).toEqual([{ offset: encodeRecord(launch).length, bytes: line.length + 1, reason }]);
  });

  test("does not hold a line that is longer than any record", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const long = 17 * 1024 * 1024;
    writeFileSync(path, `${" ".repeat(long)}\n${encodeRecord(gap)}`);
    expect(await read(path)).toMatchObject({
      records: [gap],
      damage: [{ offset: 0, bytes: long + 1, reason: "the line is too long" }],
    });
  });

  test("gives NaN and the infinities of alerts back as numbers", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const rule = { rule: "loss > 5", phrase: "> 5", metric: "loss", comparison: ">", threshold: 5 } as const;
    const alert = { ...rule, severity: "critical", state: "firing" } as const;
    await write(path, [{ type: "alert", ...alert, value: Number.POSITIVE_INFINITY, timestamp: 1 }]);
    expect(readFileSync(path, "utf8")).toContain('"value":"Infinity"');
    expect((await read(path)).records).toMatchObject([{ value: Number.POSITIVE_INFINITY }]);
  });

  test("reads from a cursor behind the end as from an empty file", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    await write(path, [launch]);
    truncateSync(path, 10);
    expect(await read(path, 4000)).toEqual({ records: [], ends: [], damage: [] });
  });
});
