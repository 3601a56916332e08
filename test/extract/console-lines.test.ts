import { describe, expect, test } from "vitest";
import { createLineReader, type LineReader, STRETCH_LIMIT } from "../../src/extract/lines/console-lines.ts";
import { LINE_LIMIT } from "../../src/extract/lines/line-segment.ts";
import { visibleText } from "../../src/extract/lines/terminal-text.ts";

interface Line {
  readonly text: string;
  readonly timestamp: number;
  readonly offset: number;
}

/** A reader that collects the text of its lines. */
function collector(): { reader: LineReader; lines: Line[] } {
  const lines: Line[] = [];
  const reader = createLineReader((bytes, start, end, timestamp, offset) => {
    lines.push({ text: visibleText(bytes.subarray(start, end)), timestamp, offset });
  });
  return { reader, lines };
}

function read(text: string | Uint8Array, size = Number.POSITIVE_INFINITY): string[] {
  const bytes = Buffer.from(text);
  const { reader, lines } = collector();
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size), 0, at);
  reader.end();
  return lines.map((line) => line.text);
}

describe("the lines of a console", () => {
  test("end at LF and at CRLF", () => {
    expect(read("a 1\nb 2\r\nc 3\n")).toEqual(["a 1", "b 2", "c 3"]);
  });

  test("include the last one when it has no newline", () => {
    expect(read("a 1\nb 2")).toEqual(["a 1", "b 2"]);
  });

  test("are left out when they have no digit and no nan or inf", () => {
    expect(read("no number here\nloss nan\nloss INF\n\nna n\n")).toEqual(["loss nan", "loss INF"]);
  });

  test("show only the last state of what was redrawn", () => {
    expect(read("\rbar 1\rbar 2\rbar 3\nnext 4\n")).toEqual(["bar 3", "next 4"]);
  });

  test("show a bar that was wiped out for a text, and no bar that another state was drawn over", () => {
    const [half, whole] = ["run:  50%|#####     | 1/2, loss=4", "run: 100%|##########| 2/2, loss=3"];
    const blanks = " ".repeat(whole.length);
    for (const size of [1, 2, 3, 7, 30, 41, 1000]) {
      for (const end of ["\n", "\r\n"]) {
        expect(read(`\r${half}\r${whole}\r${blanks}\rval 5${end}next 6\n`, size)).toEqual([whole, "val 5", "next 6"]);
        expect(read(`\r${half}\r${whole}\rval 5 of all${end}next 6\n`, size)).toEqual(["val 5 of all", "next 6"]);
        expect(read(`\r${half}\r\r\rval 5\r${blanks}\rval 6${end}`, size)).toEqual(["val 6"]);
        expect(read(`\r${half}\r${blanks}\rval 5\r${whole}${end}`, size)).toEqual([whole]);
        expect(read(`\r${half}\r${blanks}\r${whole}\r${blanks}\r${end}`, size)).toEqual([whole]);
      }
    }
  });

  test("show the last state of each epoch of a bar that is redrawn for all of them", () => {
    const bar = [
      "",
      "Epoch 1: 50% loss=4",
      "Epoch 1: 100% loss=3",
      "        ",
      "Epoch 2: 50% loss=2",
      "Epoch 2: loss=1",
    ];
    const counting = [1, 2, 2, 3].map((epoch) => `Epochs:  ${epoch}0%|██  | ${epoch}/10 [00:01<00:09, loss=0.5]`);
    for (const size of [1, 2, 3, 7, 1000]) {
      expect(read(`${bar.join("\r")}\nnext 4\n`, size)).toEqual([bar[2], bar[5], "next 4"]);
      expect(read(bar.join("\r"), size)).toEqual([bar[2], bar[5]]);
      expect(read(`${counting.join("\r")}\n`, size)).toEqual([counting[3]]);
    }
  });

  test("show one state of a bar that says its epoch once", () => {
    expect(read("epoch 1\r  3/10 loss=4\r  4/10 loss=3\rdone 5\n")).toEqual(["done 5"]);
    expect(read("Epoch 1/3 loss=4\r\nEpoch 2/3 loss=3\r\n")).toEqual(["Epoch 1/3 loss=4", "Epoch 2/3 loss=3"]);
  });

  test("show the state before when the last one is blank", () => {
    expect(read("bar 1\rbar 2\r     \r\n")).toEqual(["bar 2"]);
    expect(read("bar 2\r\u001b[2K\r\u001b[?25h\n")).toEqual(["bar 2"]);
  });

  test("show nothing of a bar that a text without a number replaced", () => {
    expect(read("bar 1\rdone   \n")).toEqual([]);
  });

  test("have no colours, titles, cursor movement, NULs and trailing blanks", () => {
    expect(
      read("\u001b]0;job 7\u0007\u001b[1;31mloss\u001b[0m \u001b[38;2;1;2;3m0.5\u001b[K\u001b[A \u0000 \n"),
    ).toEqual(["loss 0.5"]);
    expect(read("\u001b]8;;http://a/1\u001b\\loss 2\u001b]8;;\u001b\\\n")).toEqual(["loss 2"]);
    expect(read("loss 3\u001b[")).toEqual(["loss 3"]);
  });

  test("are overwritten after backspaces, and backspaces alone erase nothing", () => {
    expect(read("loss 1.5\b\b\b2.5\n")).toEqual(["loss 2.5"]);
    expect(read("loss 1.5\b\b\b\n")).toEqual(["loss 1.5"]);
    expect(read("\b\b7\n")).toEqual(["7"]);
  });

  test("join characters of several bytes that were cut between chunks", () => {
    expect(read("prédiction ━━ 3 損失 4\n", 1)).toEqual(["prédiction ━━ 3 損失 4"]);
  });

  test("replace bytes that are no UTF-8", () => {
    expect(read(Uint8Array.of(0xff, 0x31, 0xc3, 0x0a))).toEqual(["\uFFFD1\uFFFD"]);
  });

  test("say where they end in the log: behind the newline, or behind the last byte", () => {
    const { reader, lines } = collector();
    reader.push(Buffer.from("a 1\nb"), 5, 100);
    reader.push(Buffer.from(" 2\nc 3"), 6, 900);
    reader.end();
    expect(lines).toEqual([
      { text: "a 1", timestamp: 5, offset: 104 },
      { text: "b 2", timestamp: 6, offset: 903 },
      { text: "c 3", timestamp: 6, offset: 906 },
    ]);
  });

  test("that are very long are kept up to a limit and never end in half a number", () => {
    const [line = ""] = read(`loss 1.25 ${"x".repeat(LINE_LIMIT - 15)} 123456789\nnext 2\n`);
    expect(line.length).toBeLessThan(LINE_LIMIT);
    expect(line).toMatch(/^loss 1\.25 x+$/);
  });

  test("come from a bar that is redrawn for hours without a newline", () => {
    const bar = Array.from({ length: 10_000 }, (_, step) => `\rstep ${step} loss 0.5`).join("");
    const lines = read(bar);
    expect(lines.length).toBe(Math.floor(bar.length / STRETCH_LIMIT) + 1);
    expect(lines.at(-1)).toBe("step 9999 loss 0.5");
    expect(read(bar, 777)).toEqual(lines);
  });

  test("cost no memory when a line never ends", () => {
    const { reader, lines } = collector();
    const chunk = Buffer.alloc(1 << 20, "loss=1 ");
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 1024; count += 1) reader.push(chunk, 0, count << 20);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 << 20);
    reader.end();
    expect(lines[0]?.text.length).toBeLessThanOrEqual(LINE_LIMIT);
  });
});
