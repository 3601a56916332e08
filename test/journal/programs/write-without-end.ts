import { openJournal } from "../../../src/journal/writer.ts";

/** Writes samples until it is killed: `node write-without-end.mjs JOURNAL`. */
const journal = await openJournal(process.argv[2] ?? "");
for (let index = 0; ; index += 1) {
  journal.append({ type: "sample", timestamp: index, index, metrics: { cpu_percent: index / 7 } });
  if (index % 10 === 0) await journal.flush();
}
