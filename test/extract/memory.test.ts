import { deserialize, serialize } from "node:v8";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createExtractor, type Extractor, type ExtractorMemory, type MetricLine } from "../../src/extract/index.ts";

const fragment = fc.constantFrom(
  "loss=0.5",
  "loss=-0",
  "loss=nan",
  "step=3 ",
  "Epoch 2/3",
  "\rEpoch 3: loss=0.3",
  "\rEpoch 4: loss=0.2",
  "\n",
  "\n",
  "\r",
  " ",
  "lr=0.1",
  '  File "train.py", line 3, in main\n',
  "    loss=3\n",
  "Train:  50%|██▌  | 5/10 [00:01<00:01, loss=0.4]",
  "plain words",
  "epoch  loss  acc\n",
  "3      0.5   0.25\n",
  "----------------\n",
  "| eval/  |     |\n",
  "| reward | 2.5 |\n",
  "| step   | 7   |\n",
);
const stream = fc.constantFrom("stdout" as const, "stderr" as const);
const pieces = fc.array(fc.record({ stream, bytes: fc.array(fragment, { maxLength: 6 }).map((all) => all.join("")) }), {
  maxLength: 12,
});

/** Reads the pieces; before those that are named, another extractor takes over with what this one remembers. */
function extract(all: readonly { stream: "stdout" | "stderr"; bytes: string }[], takeovers: readonly number[]) {
  let extractor = createExtractor();
  const lines: MetricLine[] = [];
  let offset = 0;
  for (const [index, piece] of all.entries()) {
    if (takeovers.includes(index)) extractor = successorOf(extractor);
    const bytes = Buffer.from(piece.bytes);
    lines.push(...extractor.push(piece.stream, bytes, index, offset));
    offset += bytes.length;
  }
  return [...lines, ...extractor.end()];
}

function successorOf(extractor: Extractor): Extractor {
  const memory = deserialize(serialize(extractor.memory())) as ExtractorMemory;
  const successor = createExtractor();
  successor.recall(memory);
  return successor;
}

test("an extractor that recalls what another remembers goes on as that one would have", () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(11), { maxLength: 4 }), (all, takeovers) => {
      expect(extract(all, takeovers)).toEqual(extract(all, []));
    }),
    { numRuns: 500 },
  );
});

test("where bytes are missing neither half of a line is read, and counting goes on behind what is known", () => {
  const extractor = createExtractor();
  const before = extractor.push("stdout", Buffer.from("loss=3\nloss=2\nacc=0.5\nloss=1"), 0, 0);
  extractor.skip(new Map([["loss", { step: 7, value: 0.5 }]]));
  const after = extractor.push("stdout", Buffer.from("5.25\nloss=0.25\nacc=0.75\n"), 0, 1000);
  expect([...before, ...after].map(({ step, metrics, offset }) => [step, metrics, offset])).toEqual([
    [0, { loss: 3 }, 7],
    [1, { loss: 2 }, 14],
    [0, { acc: 0.5 }, 22],
    [8, { loss: 0.25 }, 1015],
    [1, { acc: 0.75 }, 1024],
  ]);
});

test("a bar that is redrawn without a newline is read again from its next state on", () => {
  const extractor = createExtractor();
  extractor.skip(new Map());
  extractor.push("stderr", Buffer.from("9 loss=0.1"), 0, 50);
  extractor.push("stderr", Buffer.from("9\rstep=3 loss=0.5"), 0, 60);
  expect(extractor.end()).toMatchObject([{ step: 3, metrics: { loss: 0.5 } }]);
});
