import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeRecord } from "../../src/journal/encode.ts";
import { readJournal } from "../../src/journal/reader.ts";
import { scanJournal } from "../../src/journal/scan.ts";
import { UserError } from "../../src/model/error.ts";
import type { JournalRecord } from "../../src/model/record.ts";
import type { Damage } from "../../src/model/view.ts";
import { arbitraryRecord } from "./arbitrary-record.ts";
import { temporaryFolder } from "./support.ts";

describe("scanning a journal", () => {
  test("gives the records and the damage that reading it gives, over the bounds of chunks too", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    const line = fc.oneof(
      arbitraryRecord.map((record) => Buffer.from(encodeRecord(record))),
      fc
        .constantFrom("\n", "{}\n", '{"type":"later"}\n', "torn", '{"type":"sample"}\n')
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.nat(300_000).map((length) => Buffer.from(`${"x".repeat(length)}\n`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        writeFileSync(path, Buffer.concat(lines));
        expect(await scanned(path)).toEqual(await read(path));
      }),
      { numRuns: 60 },
    );
  });

  test("leaves a line that is too long, with its length", async () => {
    const path = join(temporaryFolder(), "journal.jsonl");
    writeFileSync(path, `{"type":"launch","timestamp":1,"pid":2}\n"${"x".repeat(16 * 1024 * 1024)}"\n`);
    appendFileSync(path, '{"type":"launch","timestamp":3,"pid":4}\n');
    expect(await scanned(path)).toEqual(await read(path));
  });

  test("of a journal that is not there is the user's to put right", async () => {
    await expect(
      scanJournal(
        join(temporaryFolder(), "journal.jsonl"),
        () => {},
        () => {},
      ),
    ).rejects.toThrow(UserError);
  });
});

async function scanned(path: string) {
  const [records, damage]: [JournalRecord[], Damage[]] = [[], []];
  await scanJournal(
    path,
    (record) => records.push(record),
    (found) => damage.push(found),
  );
  return { records, damage };
}

async function read(path: string) {
  const [records, damage]: [JournalRecord[], Damage[]] = [[], []];
  for await (const { record } of readJournal(path, { onDamage: (found) => damage.push(found) })) records.push(record);
  return { records, damage };
}
