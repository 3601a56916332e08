/**
 * Reads a console log on stdin and prints one `{"name", "value", "step"}` per line: a driver for trying the extractor on a
 * log by hand. Bundle it first: `esbuild test/extract/score-stdin.ts --bundle --platform=node --format=esm --outfile=…`.
 */
import { readFileSync } from "node:fs";
import { createExtractor } from "../../src/extract/index.ts";
import { toJournalNumber } from "../../src/model/record.ts";

const extractor = createExtractor();
const lines = [...extractor.push("stdout", readFileSync(0), 0, 0), ...extractor.end()];
for (const { step, metrics } of lines) {
  for (const [name, value] of Object.entries(metrics)) {
    process.stdout.write(`${JSON.stringify({ name, value: toJournalNumber(value), step })}\n`);
  }
}
