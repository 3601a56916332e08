import { appendFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { AppendedLines } from "../../src/watch/appended-lines.ts";
import { type ChannelPoint, MetricsChannel, type MetricsChannelOptions } from "../../src/watch/metrics-channel.ts";
import { temporaryFolder } from "../journal/support.ts";
import { until } from "../support/tracelet.ts";

describe("the channel", () => {
  test("gives every line once, the last also without a newline", async () => {
    const { channel, path, points } = follow();
    await channel.readNew();
    appendFileSync(path, '{"loss": 3, "step": 7}\n{"lo');
    await channel.readNew();
    appendFileSync(path, 'ss": 2}\n\n{"acc": 1, "loss": 4}');
    await channel.finish(1000);
    expect(points.map(({ step, metrics }) => [step, metrics])).toEqual([
      [7, { loss: 3 }],
      [8, { loss: 2 }],
      [9, { acc: 1, loss: 4 }],
    ]);
  });

  test("has word of changes", async () => {
    const { channel, path, points } = follow();
    await channel.readNew();
    appendFileSync(path, '{"loss": 3}\n');
    await until("a point", async () => points.length > 0);
    await channel.finish(1000);
    expect(points).toMatchObject([{ step: 0, metrics: { loss: 3 }, timestamp: 1234, offset: 12 }]);
  });

  test("goes on behind what is recorded, and counts on from there", async () => {
    const path = join(temporaryFolder(), "metrics.jsonl");
    writeFileSync(path, '{"a": 1}\n{"a": 2}\n{"a": 3}\n');
    const { channel, points } = follow({ path, from: 9, counted: new Map([["a", { step: 40 }]]) });
    await channel.finish(1000);
    expect(points.map(({ step, metrics }) => [step, metrics["a"]])).toEqual([
      [41, 2],
      [42, 3],
    ]);
  });

  test("counts what says nothing, and tells of the first and of all", async () => {
    const { channel, path, points, problems } = follow();
    writeFileSync(path, Buffer.concat([Buffer.from('one\n{"a": 1}\n[]\n'), Buffer.from([0xff, 0, 10])]));
    await channel.finish(1000);
    expect(points).toHaveLength(1);
    expect(problems).toEqual([
      "the line before byte 4 of metrics.jsonl is no JSON object",
      "3 lines of metrics.jsonl give no metrics",
    ]);
  });

  test("holds nothing of a line that does not end", async () => {
    const { channel, path, points, problems } = follow();
    const piece = Buffer.alloc(1 << 20, "x");
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 200; count += 1) {
      appendFileSync(path, piece);
      if (count % 50 === 0) await channel.readNew();
    }
    appendFileSync(path, '\n{"a": 1}\n');
    await channel.finish(30_000);
    expect(points).toMatchObject([{ metrics: { a: 1 }, offset: 200 * (1 << 20) + 10 }]);
    expect(problems).toEqual(["the line before byte 209715201 of metrics.jsonl is longer than 65536 bytes"]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  }, 30_000);

  test("leaves a rest that would take too long, and says so", async () => {
    const { channel, path, points, problems } = follow();
    writeFileSync(path, '{"a": 1}\n'.repeat(100_000));
    channel.hurry();
    await channel.finish(30_000);
    expect(points.length).toBeLessThan(100_000);
    expect(problems).toEqual(["there was more in metrics.jsonl than could be read after the command's end"]);
  });

  test("says once that lines were taken away", async () => {
    const { channel, path, points, problems } = follow();
    writeFileSync(path, '{"a": 1, "b": 2}\n');
    await channel.readNew();
    for (const text of ['{"a": 2}\n', "\n"]) {
      truncateSync(path);
      appendFileSync(path, text);
      await channel.readNew();
    }
    appendFileSync(path, '{"a": 3}\n');
    await channel.finish(1000);
    expect(points.map(({ metrics }) => metrics["a"])).toEqual([1, 3]);
    expect(problems).toEqual(["metrics.jsonl was cut off at byte 9; open it to append"]);
  });

  test("says at the end that it cannot be read", async () => {
    const path = temporaryFolder();
    const { channel, problems } = follow({ path });
    await channel.readNew();
    await channel.finish(1000);
    expect(problems).toEqual(["metrics.jsonl cannot be read: illegal operation on a directory (EISDIR)"]);
  });
});

test("lines do not depend on how the bytes were cut", () => {
  const letters = fc.constantFrom("a", "é", "\n", "\n\n", "bcdefgh");
  fc.assert(
    fc.property(fc.array(letters), fc.array(fc.nat(5)), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(""));
      const lines = new AppendedLines(0, 9);
      const found = [];
      let from = 0;
      for (const cut of cuts) {
        found.push(...lines.push(bytes.subarray(from, from + cut)));
        from += Math.min(cut, bytes.length - from);
      }
      found.push(...lines.push(bytes.subarray(from)));
      const last = lines.end();
      if (last !== undefined) found.push(last);
      const whole = pieces.join("").split("\n");
      if (whole.at(-1) === "") whole.pop();
      expect(found.map(({ text }) => text)).toEqual(
        whole.map((line) => (Buffer.byteLength(line) > 9 ? undefined : line)),
      );
      expect(lines.offset).toBe(bytes.length);
    }),
  );
});

function follow(given: Partial<MetricsChannelOptions> = {}) {
  const points: ChannelPoint[] = [];
  const problems: string[] = [];
  const path = given.path ?? join(temporaryFolder(), "metrics.jsonl");
  const channel = new MetricsChannel({
    path,
    from: 0,
    counted: new Map(),
    onPoint: (point) => points.push(point),
    onProblem: (problem) => problems.push(problem),
    room: async () => {},
    onProgress: () => {},
    now: () => 1234,
    clock: () => performance.now(),
    ...given,
  });
  onTestFinished(() => channel.finish(0));
  return { channel, path, points, problems };
}
