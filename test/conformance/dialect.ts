import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConsoleLine, Dialect, Extracted } from "../../src/model/extract.ts";

/** A line this dialect reads, and what it finds there; `undefined`: the line is another dialect's. */
export interface DialectExample {
  readonly line: string;
  readonly finds: readonly Extracted[] | undefined;
}

/** Lines that make a careless pattern slow: long runs of one thing, and beginnings that never end. */
const ADVERSARIAL: readonly string[] = [
  "1,",
  "1.",
  "1:1",
  "1-",
  "1/",
  "[1",
  "[ 1 / ",
  "1%|",
  "(",
  "((",
  "{",
  '{"a":',
  "{'a': ",
  '"',
  "'",
  "a=",
  "a: ",
  "a ",
  " ",
  "a.",
  "a/",
  "-",
  "=",
  "loss 0.5 ",
  "loss=0.5,",
  "nan",
  "/a",
  "a@",
  "http://",
  "config ",
  "Error",
  "....",
  "2024-01-01 ",
  "[a:1] ",
  "\u2588",
  "\t",
  "1e",
  "+1",
];

/** CPU time, which a busy machine makes little longer. */
function millisecondsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

function lineOf(text: string): ConsoleLine {
  return { text, stream: "stdout", timestamp: 0, offset: 0 };
}

/** What every dialect keeps to. `State` is opened anew for each line unless a test says otherwise. */
export function dialectConformance(dialect: Dialect, examples: readonly DialectExample[]): void {
  const extract = (text: string): readonly Extracted[] | undefined =>
    dialect.extract(lineOf(text), dialect.createState());

  describe(`the dialect ${dialect.id}`, () => {
    test.each(examples)("reads %j", ({ line, finds }) => {
      expect(extract(line)).toEqual(finds);
    });

    test("takes no line of prose", () => {
      for (const line of ["", "Training starts now", "Loading the data set from disk ...", "Done."]) {
        expect(extract(line) ?? []).toEqual([]);
      }
    });

    test("gives keys with a letter and without blanks, and never throws", () => {
      const text = fc.oneof(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc
          .array(fc.constantFrom(...ADVERSARIAL, "loss", "step", "epoch", "3", "0.5", "10/20"), { maxLength: 30 })
          .map((parts) => parts.join("")),
      );
      fc.assert(
        fc.property(text, (line) => {
          for (const { key } of extract(line) ?? []) expect(key).toMatch(/^(?=.*\p{L})\S+$|^bar counter$/u);
        }),
      );
    });

    test("is pure: the same lines after one another give the same", () => {
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(...examples.map(({ line }) => line), "x", '  File "a.py", line 3')),
          (lines) => {
            const [once, again] = [dialect.createState(), dialect.createState()];
            for (const line of lines) {
              expect(dialect.extract(lineOf(line), once)).toEqual(dialect.extract(lineOf(line), again));
            }
          },
        ),
      );
    });

    test("reads a line of 64 KiB in time linear in its length", () => {
      for (const part of ADVERSARIAL) {
        const line = part.repeat(Math.ceil(65_536 / part.length));
        const begun = process.cpuUsage();
        extract(line);
        extract(`loss=1 ${line}!`);
        // Linear is a few dozen milliseconds here; quadratic would be minutes.
        expect(millisecondsSince(begun), `repeated ${JSON.stringify(part)}`).toBeLessThan(2000);
      }
    });
  });
}
