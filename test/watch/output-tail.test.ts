import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createExtractor, type Extractor, type MetricLine } from "../../src/extract/index.ts";
import type { OutputCursor } from "../../src/journal/output-cursor.ts";
import { indexLine } from "../../src/journal/output-index.ts";
import { OutputLog } from "../../src/journal/output-log.ts";
import { type RunDirectory, runDirectory } from "../../src/journal/run-directory.ts";
import type { StreamName } from "../../src/model/run.ts";
import type { RecordedOutput } from "../../src/model/view.ts";
import { OutputTail, type OutputTailOptions } from "../../src/watch/output-tail.ts";
import { temporaryFolder } from "../journal/support.ts";

const NOTHING: RecordedOutput = { offset: 0, records: 0 };

describe("the tail of the output log", () => {
  test("gives every line once, whatever was read before", async () => {
    const run = emptyRun();
    const { tail, lines } = follow(run);
    await tail.readNew();
    print(run, "stdout", "step=0 loss=3\nstep=1 lo");
    await tail.readNew();
    print(run, "stdout", "ss=2\n");
    await tail.finish(1000);
    expect(lines.map(({ step, metrics }) => [step, metrics])).toEqual([
      [0, { loss: 3 }],
      [1, { loss: 2 }],
    ]);
  });

  test("does not believe the beginning of an index line, which may be written anew", async () => {
    const run = emptyRun();
    const { tail, lines } = follow(run);
    writeFileSync(run.outputLog, "");
    writeFileSync(run.outputIndex, "1700000000000 1 9");
    await tail.readNew();
    truncateSync(run.outputIndex);
    print(run, "stderr", "step=4 loss=1\n");
    await tail.finish(1000);
    expect(lines).toMatchObject([{ step: 4, metrics: { loss: 1 }, stream: "stderr" }]);
  });
});

describe("a tail that takes over", () => {
  test("goes on in each stream by itself: a later line of the other one may be recorded first", async () => {
    const run = emptyRun();
    print(run, "stdout", "step=0 loss=3\nstep=1 loss=2");
    print(run, "stderr", "step=0 error=1\n");
    print(run, "stdout", "\n");
    const { lines: all } = await followed(run);
    expect(all.map(({ stream, step }) => [stream, step])).toEqual([
      ["stdout", 0],
      ["stderr", 0],
      ["stdout", 1],
    ]);
    const stderr = { offset: all[1]?.offset ?? 0, records: 1 };
    const { lines } = await followed(run, { recorded: { stdout: NOTHING, stderr } });
    expect(lines.map(({ stream, step }) => [stream, step])).toEqual([
      ["stdout", 0],
      ["stdout", 1],
    ]);
  });

  test("gives what is missing of a line with several records", async () => {
    const run = emptyRun();
    print(run, "stdout", "the line\nthe next\n");
    const several = (): Extractor => ({
      ...createExtractor(),
      push: (stream, _chunk, timestamp, offset) =>
        [0, 1, 2, 3].map((step) => ({
          stream,
          timestamp,
          step,
          metrics: {},
          offset: offset + (step < 3 ? 9 : 18),
          stepRule: "line" as const,
        })),
      end: () => [],
    });
    const recorded = { stdout: { offset: 9, records: 2 }, stderr: NOTHING };
    const { lines } = await followed(run, { extractor: several(), recorded });
    expect(lines.map(({ step }) => step)).toEqual([2, 3]);
  });
});

describe("a tail of a log in segments", () => {
  test("goes on where another has left its cursor, though what was before it is gone", async () => {
    const { run, log, print } = segmented();
    await print("Epoch 3/9\nloss=5\nacc=0.5\n");
    for (let batch = 0; batch < 12; batch += 1) await print(`lr=0.${batch + 1} loss=${batch}\n`);
    await print("loss=0.");
    const cursors: OutputCursor[] = [];
    const keep = (cursor: OutputCursor) => {
      cursors.push(structuredClone(cursor));
      log.release(cursor.offset);
      return Promise.resolve();
    };
    const first = follow(run, { keep });
    await first.tail.readNew();
    await log.flush();
    await print("25\nloss=0.125\n");
    expect(log.removed).toHaveLength(1);
    const last = first.lines.at(-1);
    const recorded = { stdout: { offset: last?.offset ?? 0, records: 1 }, stderr: NOTHING };
    const next = await followed(run, { cursor: cursors.at(-1), recorded });
    expect(next.gaps).toEqual([]);
    expect(
      [...first.lines, ...next.lines].map(({ step, metrics }) => [step, metrics["loss"] ?? metrics["acc"]]),
    ).toEqual([[3, 5], [3, 0.5], ...Array.from({ length: 12 }, (_, batch) => [3, batch]), [3, 0.25], [3, 0.125]]);
    await first.tail.finish(1000);
  });

  test("says what was removed before it came, and counts on from what is recorded", async () => {
    const { run, print } = segmented();
    for (let point = 0; point < 100; point += 1) await print(`loss=${point}.5\n`);
    const counted = new Map([["loss", { step: 40, value: 40.5 }]]);
    const { lines, gaps, ranges } = await followed(run, { counted });
    const [range] = ranges;
    if (range === undefined) throw new Error("nothing was removed");
    expect(gaps).toEqual([
      ["the output log reached twice its limit (--log-limit) before this was looked at", range.to - range.from],
    ]);
    const before = lines.filter(({ offset }) => offset <= range.from);
    const after = lines.filter(({ offset }) => offset > range.to);
    expect(before.length + after.length).toBe(lines.length);
    expect(after.map(({ step }) => step)).toEqual(after.map((_, index) => 41 + index));
    expect(after.at(-1)?.metrics).toEqual({ loss: 99.5 });
  });

  function segmented() {
    const run = emptyRun();
    const log = OutputLog.create(run, { limit: 320, onGrowth: () => {} });
    onTestFinished(() => log.close());
    const print = async (text: string) => {
      log.append("stdout", 1_700_000_000_000, Buffer.from(text));
      await log.flush();
    };
    return { run, log, print };
  }
});

describe("an extractor that fails", () => {
  test("costs the metrics that follow, and one gap says so", async () => {
    const run = emptyRun();
    const inner = createExtractor();
    const failing: Extractor = {
      ...inner,
      push(...args) {
        if (Buffer.from(args[1]).includes("boom")) throw new RangeError("too deep");
        return inner.push(...args);
      },
    };
    const { tail, lines, gaps } = follow(run, { extractor: failing });
    print(run, "stdout", "step=0 loss=3\n");
    await tail.readNew();
    print(run, "stdout", "boom\n");
    await tail.readNew();
    print(run, "stdout", "step=2 loss=1\n");
    await tail.readNew();
    await tail.finish(1000);
    expect(lines).toHaveLength(1);
    expect(gaps).toEqual([["behind byte 14 of the output: too deep", undefined]]);
  });
});

test("reading the rest ends in time, and what was not looked at is counted", async () => {
  const run = emptyRun();
  let now = 0;
  print(run, "stdout", "step=0 loss=3\nstep=1 loss=2");
  print(run, "stdout", "5\nstep=2 loss=1\n");
  let progress = 0;
  const onProgress = () => {
    progress += 1;
    now += 600;
  };
  const { tail, lines, gaps } = follow(run, { onProgress, now: () => now });
  await tail.finish(500);
  expect(progress).toBe(1);
  // Not `loss=2`: that line was not at its end.
  expect(lines.map(({ metrics }) => metrics)).toEqual([{ loss: 3 }]);
  expect(gaps).toEqual([["there was more than 0.5 s after the command's end were enough for", 16]]);
});

test("nothing more is looked at until there is room for it", async () => {
  const run = emptyRun();
  for (let step = 0; step < 3; step += 1) print(run, "stdout", `step=${step} loss=1\n`);
  let makeRoom = () => {};
  const room = () => new Promise<void>((resolve) => (makeRoom = resolve));
  const { tail, lines } = follow(run, { room });
  const read = tail.readNew();
  for (let found = 1; found <= 3; found += 1) {
    await vi.waitFor(() => expect(lines).toHaveLength(found));
    makeRoom();
  }
  await read;
});

function emptyRun(): RunDirectory {
  return runDirectory(temporaryFolder());
}

function print(run: RunDirectory, stream: StreamName, text: string): void {
  appendFileSync(run.outputLog, text);
  appendFileSync(run.outputIndex, indexLine({ stream, timestamp: 1_700_000_000_000, bytes: text.length }));
}

function follow(run: RunDirectory, options: Partial<OutputTailOptions> = {}) {
  const lines: MetricLine[] = [];
  const gaps: [string, number | undefined][] = [];
  const ranges: { readonly from: number; readonly to: number }[] = [];
  const tail = new OutputTail({
    run,
    extractor: createExtractor(),
    cursor: undefined,
    onParams: () => {},
    recorded: { stdout: NOTHING, stderr: NOTHING },
    counted: new Map(),
    keep: () => Promise.resolve(),
    onLine: (line) => lines.push(line),
    room: () => Promise.resolve(),
    onGap: ({ reason, bytes, from, to }) => {
      gaps.push([reason, bytes]);
      if (from !== undefined && to !== undefined) ranges.push({ from, to });
    },
    onProgress: () => {},
    now: () => performance.now(),
    ...options,
  });
  return { tail, lines, gaps, ranges };
}

async function followed(run: RunDirectory, options: Partial<OutputTailOptions> = {}) {
  const following = follow(run, options);
  await following.tail.finish(10_000);
  return following;
}
