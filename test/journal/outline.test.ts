import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readOutline, readOutlineNow } from "../../src/journal/outline.ts";
import { temporaryFolder } from "../support/tracelet.ts";

const RUN = {
  type: "run",
  version: 1,
  id: "a",
  name: "n",
  project: "p",
  command: ["true"],
  cwd: "/",
  host: "h",
  started: 1,
  tracelet: "0.1.0",
  params: {},
  tags: {},
  interval: 10,
  backends: [],
};
const LAUNCH = { type: "launch", timestamp: 2, pid: 4711 };
const END = { type: "end", status: "finished", ended: 9, exitCode: 0 };
const sample = (index: number) => ({ type: "sample", timestamp: 3, index, metrics: { cpu_percent: 1, "an end": 2 } });
const samples = (count: number) => Array.from({ length: count }, (_, index) => sample(index));
const long = { ...RUN, params: { long: "x".repeat(100_000) } };

describe.each([
  ["on the spot", readOutlineNow],
  ["in its time", readOutline],
])("the outline of a journal, read %s,", (_, outlineOf) => {
  test.each([
    ["a short one", [RUN, LAUNCH, ...samples(2), END], [RUN, undefined, END]],
    ["a long one", [RUN, LAUNCH, ...samples(5000), END], [RUN, undefined, END]],
    ["one with a long first record", [long, LAUNCH, ...samples(5000), END], [long, undefined, END]],
    ["a long one that goes on", [long, LAUNCH, ...samples(50)], [long, LAUNCH, undefined]],
    ["one that goes on", [RUN, LAUNCH, ...samples(5000)], [RUN, LAUNCH, undefined]],
    ["an import", [RUN, ...samples(100), END], [RUN, undefined, END]],
    ["one with records behind its end", [RUN, ...samples(5000), END, ...samples(100)], [RUN, undefined, END]],
    ["one with damage before the launch", [RUN, "damage", LAUNCH, ...samples(50)], [RUN, LAUNCH, undefined]],
    ["one without its first record", ["damage", LAUNCH, END], [undefined, LAUNCH, END]],
    ["one with damage for an end", [RUN, LAUNCH, "end"], [RUN, LAUNCH, undefined]],
    ["one without records", [], [undefined, undefined, undefined]],
  ])("has the header, how it ended, and else who runs: %s", async (_what, records, [header, launch, end]) => {
    const outline = await outlineOf(await journalOf(records));
    expect(outline).toMatchObject({ header, launch, end });
  });

  test("has no end that was cut, and one that was not cut behind it", async () => {
    const path = await journalOf([RUN, LAUNCH]);
    writeFileSync(path, JSON.stringify(END), { flag: "a" });
    expect((await outlineOf(path)).end).toBeUndefined();
    writeFileSync(path, "\n", { flag: "a" });
    expect((await outlineOf(path)).end).toEqual(END);
  });

  test("is refused where a later version wrote it, and where there is none", async () => {
    const path = await journalOf([{ ...RUN, version: 2 }]);
    expect(() => readOutlineNow(path)).toThrow("has format version 2");
    await expect(readOutline(path)).rejects.toThrow("has format version 2");
    expect(() => readOutlineNow(`${path}x`)).toThrow("ENOENT");
  });
});

async function journalOf(records: readonly unknown[]): Promise<string> {
  const path = join(await temporaryFolder(), "journal.jsonl");
  writeFileSync(
    path,
    records.map((record) => `${typeof record === "string" ? record : JSON.stringify(record)}\n`).join(""),
  );
  return path;
}
