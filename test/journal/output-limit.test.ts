import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { OutputLog } from "../../src/journal/output-log.ts";
import { OutputReader } from "../../src/journal/output-reader.ts";
import { settleOutput } from "../../src/journal/output-room.ts";
import { outputFiles } from "../../src/journal/output-segments.ts";
import { type RunDirectory, runDirectory } from "../../src/journal/run-directory.ts";
import { temporaryFolder } from "./support.ts";

/** Index lines are 8 bytes in these tests: `1 1 10` and the newline, more or less. */
const LIMIT = 400;

describe("an output log with a limit", () => {
  test("that is not reached is one file", async () => {
    const { run, write } = newLog();
    await write("a".repeat(40));
    expect(readdirSync(run.root).toSorted()).toEqual(["output.index", "output.log"]);
  });

  test("goes on in a segment that is named after the byte it begins with", async () => {
    const { run, write } = newLog();
    for (const letter of "abc") await write(letter.repeat(50));
    expect(readdirSync(run.root).toSorted()).toEqual([
      "output-000000000000050.index",
      "output-000000000000050.log",
      "output-000000000000100.index",
      "output-000000000000100.log",
      "output.index",
      "output.log",
    ]);
    expect(await readAll(run)).toEqual([["a".repeat(50), "b".repeat(50), "c".repeat(50)].join("")]);
  });

  test("loses of its middle what was looked at, when it is reached, and says so in that place", async () => {
    const { run, log, write } = newLog();
    for (const letter of "abcdefg") await write(letter.repeat(50));
    log.release(300);
    expect(log.removed).toEqual([]);
    await write("h".repeat(50));
    expect(await readAll(run)).toEqual(["a".repeat(50), 50, "cdefgh".replaceAll(/./g, (one) => one.repeat(50))]);
    expect(log.removed).toEqual([
      { reason: "the output log reached its limit (--log-limit)", bytes: 50, from: 50, to: 100 },
    ]);
    const files = await outputFiles(run);
    expect(files.map((file) => basename(file)).slice(0, 3)).toEqual([
      "output.log",
      "output-000000000000050-dropped.txt",
      "output-000000000000100.log",
    ]);
    expect(readFileSync(files[1] ?? "", "utf8")).toBe(
      "\n[tracelet: bytes 50 to 100 of the output were removed here: --log-limit]\n",
    );
  });

  test("keeps up to twice as much of what was not looked at, and gives it up at the word that it was", async () => {
    const { run, log, write } = newLog();
    let most = 0;
    for (let piece = 0; piece < 40; piece += 1) {
      await write("x".repeat(50));
      most = Math.max(most, sizeOf(run));
    }
    expect(most).toBeGreaterThan(2 * LIMIT - 60);
    expect(most).toBeLessThanOrEqual(2 * LIMIT);
    log.release(40 * 50);
    await log.flush();
    expect(sizeOf(run)).toBeLessThanOrEqual(LIMIT);
  });

  test("is brought below it when the run has ended", async () => {
    const { run, log, write } = newLog();
    for (let piece = 0; piece < 20; piece += 1) await write("x".repeat(50));
    await log.close();
    expect(sizeOf(run)).toBeGreaterThan(LIMIT);
    const [gap, another] = await settleOutput(run, LIMIT);
    expect(sizeOf(run)).toBeLessThanOrEqual(LIMIT);
    expect([another, gap?.from]).toEqual([undefined, 50]);
    expect(await readAll(run)).toEqual(["x".repeat(50), gap?.bytes, "x".repeat(1000 - (gap?.to ?? 0))]);
    expect(await settleOutput(run, LIMIT)).toEqual([gap]);
  });

  test("is read by somebody who has a segment open also when that segment is removed", async () => {
    const { run, write } = newLog();
    await write("a".repeat(50));
    await write("b".repeat(50));
    const reader = new OutputReader(run);
    const read: (string | number)[] = [];
    await readOn(reader, read);
    await write("B".repeat(5));
    for (let piece = 0; piece < 20; piece += 1) await write("x".repeat(50));
    expect(existsSync(run.outputSegment(50).log)).toBe(false);
    await readOn(reader, read);
    await reader.close();
    expect(read[0]).toMatch(/^a{50}b{50}$/);
    expect(read[1]).toBeTypeOf("number");
    expect(read.slice(2).join("")).toMatch(/^x+$/);
  });
});

/** What a writer that is killed may leave behind its last complete piece. */
const LEFT_BEHIND: Readonly<Record<string, (run: RunDirectory) => void>> = {
  nothing: () => {},
  "a piece without its line": (run) => appendFileSync(newest(run).log, "half a piece"),
  "half a line": (run) => {
    appendFileSync(newest(run).log, "a piece");
    appendFileSync(newest(run).index, "1 1 ");
  },
  "a segment without an index": (run) => writeFileSync(run.outputSegment(endOf(run)).log, ""),
  "a segment with half a piece": (run) => {
    writeFileSync(run.outputSegment(endOf(run)).log, "half");
    writeFileSync(run.outputSegment(endOf(run)).index, "");
  },
  "an index whose log was removed": (run) => {
    const starts = startsIn(run);
    if (starts.length > 2) rmSync(run.outputSegment(starts[1] ?? 0).log);
  },
};

test("whatever is written, however often its writer is killed: what is read is the output without the gaps", async () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ write: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 6 }) }) },
    { weight: 2, arbitrary: fc.constant("read" as const) },
    { weight: 1, arbitrary: fc.record({ kill: fc.constantFrom(...Object.keys(LEFT_BEHIND)) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const run = runDirectory(temporaryFolder());
      const options = { limit: LIMIT, onGrowth: () => {} };
      let log = OutputLog.create(run, options);
      const reader = new OutputReader(run);
      let whole = "";
      let wholeAtKill = 0;
      const read: (string | number)[] = [];
      for (const action of actions) {
        if (action === "read") {
          await readOn(reader, read);
          log.release(lengthOf(read));
        } else if ("write" in action) {
          for (const size of action.write) {
            // Every byte says where it is.
            const bytes = Array.from({ length: size }, (_, at) => String.fromCharCode(33 + ((whole.length + at) % 89)));
            log.append("stdout", 1, Buffer.from(bytes.join(""), "latin1"));
            whole += bytes.join("");
          }
        } else if (whole.length > wholeAtKill) {
          // One that has written nothing has left nothing.
          wholeAtKill = whole.length;
          await log.close();
          LEFT_BEHIND[action.kill]?.(run);
          log = OutputLog.continue(run, options);
          log.release(lengthOf(read));
        }
        await log.flush();
        expect(sizeOf(run)).toBeLessThanOrEqual(2 * LIMIT + 100);
      }
      await log.close();
      await readOn(reader, read);
      await reader.close();
      for (const parts of [read, await readAll(run)]) {
        let at = 0;
        const expected = parts.map((part) => {
          const length = typeof part === "string" ? part.length : part;
          at += length;
          return typeof part === "string" ? whole.slice(at - length, at) : part;
        });
        expect(parts).toEqual(expected);
        expect(at).toBe(whole.length);
      }
    }),
    { numRuns: 50 },
  );
});

function newLog() {
  const run = runDirectory(temporaryFolder());
  const log = OutputLog.create(run, { limit: LIMIT, onGrowth: () => {} });
  onTestFinished(() => log.close());
  const write = async (text: string) => {
    log.append("stdout", 1, Buffer.from(text));
    await log.flush();
  };
  return { run, log, write };
}

/** What there is to read: texts, and how much is missing between them. */
async function readAll(run: RunDirectory): Promise<(string | number)[]> {
  const reader = new OutputReader(run);
  const read: (string | number)[] = [];
  await readOn(reader, read);
  await reader.close();
  return read;
}

async function readOn(reader: OutputReader, read: (string | number)[]): Promise<void> {
  for (let step = await reader.next(); step !== undefined; step = await reader.next()) {
    if (step.kind === "hole") read.push(step.to - step.offset);
    if (step.kind !== "bytes") continue;
    const last = read.at(-1);
    const text = Buffer.from(step.bytes).toString("latin1");
    if (typeof last === "string") read[read.length - 1] = last + text;
    else read.push(text);
  }
}

function lengthOf(parts: readonly (string | number)[]): number {
  return parts.reduce<number>((sum, part) => sum + (typeof part === "string" ? part.length : part), 0);
}

function sizeOf(run: RunDirectory): number {
  const names = readdirSync(run.root).filter((name) => /\.(log|index)$/.test(name));
  return names.reduce((sum, name) => sum + statSync(join(run.root, name)).size, 0);
}

function startsIn(run: RunDirectory): number[] {
  const names = readdirSync(run.root).filter((name) => name.endsWith(".log"));
  return names.map((name) => Number(/\d+/.exec(name)?.[0] ?? 0)).sort((one, other) => one - other);
}

function newest(run: RunDirectory) {
  return run.outputSegment(startsIn(run).at(-1) ?? 0);
}

/** Where the output ends that is on disk. */
function endOf(run: RunDirectory): number {
  const start = startsIn(run).at(-1) ?? 0;
  return existsSync(run.outputSegment(start).log) ? start + statSync(run.outputSegment(start).log).size : 0;
}
