import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createExtractor, type Extractor, type ExtractorMemory, type MetricLine } from "../../src/extract/index.ts";

const UP = "\u001b[A";
const OWN = fileURLToPath(new URL("../fixtures/corpus/own", import.meta.url));

function shown(lines: readonly MetricLine[]): string[] {
  return lines.map(
    ({ step, metrics }) =>
      `${step}: ${Object.entries(metrics)
        .map((entry) => entry.join("="))
        .join(" ")}`,
  );
}

function found(text: string): string[] {
  const extractor = createExtractor();
  return shown([...extractor.push("stdout", Buffer.from(text), 0, 0), ...extractor.end()]);
}

describe("of a display that is drawn again and again", () => {
  test("the last state of each step counts, once, beside what was there before anybody went up", () => {
    const frame = (epoch: number, loss: number): string => `epoch ${epoch}: loss=${loss}\nfoot\n${UP}${UP}\r`;
    expect(found(`${frame(1, 5)}${frame(1, 4)}${frame(1, 3)}${frame(2, 2)}${frame(2, 1)}\n\nstep 9 acc=1\n`)).toEqual([
      "1: loss=5",
      "1: loss=3",
      "2: loss=1",
      "9: acc=1",
    ]);
  });

  test("several rows up may be one move", () => {
    const frame = (loss: number): string => `a\nepoch 3 loss=${loss}\nb\n\u001b[3F`;
    expect(found(frame(3) + frame(2) + frame(1))).toEqual(["3: loss=3", "3: loss=1"]);
  });

  test("a move to the first column is a carriage return", () => {
    const state = (done: number): string => `run |##--| ${done}/8 | loss: 0.${done}\u001b[0K\u001b[1G`;
    expect(
      found(`\u001b7\u001b[1G${state(2)}${state(5)}${state(8)}\u001b8\r\n\u001b[2K\u001b[Gepoch 1 acc=7\n`),
    ).toEqual(["8: loss=0.8", "1: acc=7"]);
  });

  test("a bar below another counts when it starts anew, and the other for each step", () => {
    const bar = (name: string, done: number, postfix: string): string =>
      `\r${name}:  50%|#####     | ${done}/4 [00:01<00:01, 2.00it/s, ${postfix}]`;
    const epoch = (number: number): string =>
      `${bar("all", number, `acc=${number}`)}\r\n` +
      [1, 2, 3, 4].map((step) => `${bar("one", step, `loss=${number * 10 + step}`)}${UP}\r\n`).join("") +
      UP;
    expect(found(epoch(1) + epoch(2))).toEqual(["1: acc=1", "4: loss=14", "2: acc=2", "4: loss=24"]);
  });

  test("lines above it pass, and lines after it come at once when the display is over", () => {
    const frame = (loss: number): string => `epoch 1 loss=${loss}\n`;
    const extractor = createExtractor();
    const push = (text: string, offset: number): string[] =>
      shown(extractor.push("stdout", Buffer.from(text), 0, offset));
    expect(push(`${frame(3)}${UP}\u001b[2Kepoch 0 acc=7\n${frame(2)}${UP}${frame(1)}`, 0)).toEqual([
      "1: loss=3",
      "0: acc=7",
    ]);
    const lines = Array.from({ length: 12 }, (_, index) => push(`step=${index} err=${index}\n`, 100 + index * 20));
    expect(lines.flat()[0]).toBe("1: loss=1");
    expect(lines.at(-1)).toEqual(["11: err=11"]);
  });

  test("a bar that only ever counts has points before its end", () => {
    const states = Array.from(
      { length: 1200 },
      (_, index) => `x: 1%|# | ${index}/9999 [00:01<00:01, loss=${index}]${UP}\n`,
    );
    expect(found(states.join(""))).toEqual(["499: loss=499", "999: loss=999", "1199: loss=1199"]);
  });
});

describe.each(["tqdm_two_bars_terminal", "rich_live_table_terminal", "rich_progress_terminal"])(
  "of %s the points",
  (name) => {
    const bytes = readFileSync(`${OWN}/${name}.log`);
    const whole = pointsOf(bytes, [], (extractor) => extractor);

    test("do not depend on how the bytes were cut", () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 60 }), (cuts) => {
          expect(pointsOf(bytes, cuts, (extractor) => extractor)).toEqual(whole);
        }),
        { numRuns: 50 },
      );
    });

    test("are the same where another extractor goes on with what is remembered", () => {
      const takeOver = (extractor: Extractor): Extractor => {
        const memory = structuredClone<ExtractorMemory>(extractor.memory());
        const next = createExtractor();
        next.recall(memory);
        return next;
      };
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 20 }), (cuts) => {
          expect(pointsOf(bytes, cuts, takeOver)).toEqual(whole);
        }),
        { numRuns: 30 },
      );
    });
  },
);

function pointsOf(bytes: Buffer, cuts: readonly number[], between: (extractor: Extractor) => Extractor): string[] {
  let extractor = createExtractor();
  const lines: MetricLine[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const piece = bytes.subarray(from, from + cut);
    if (piece.length === 0) break;
    lines.push(...extractor.push("stdout", piece, 0, from));
    from += piece.length;
    extractor = between(extractor);
  }
  lines.push(...extractor.end());
  expect(lines.every(({ offset }, index) => offset >= (lines[index - 1]?.offset ?? 0))).toBe(true);
  return shown(lines);
}
