import { openJournal } from "../../../src/journal/writer.ts";

/**
 * Writes as many samples as it is told, under a limit for the size of files that makes the disk look full until somebody
 * raises it: `node write-on-full-disk.mjs JOURNAL COUNT`. Prints the error's code when it comes, and `done` at the end.
 */
// Without a listener the signal that comes with the limit would end the process.
process.on("SIGXFSZ", () => {});
const journal = await openJournal(process.argv[2] ?? "", {
  onError: (error) => void process.stdout.write(`${"code" in error ? String(error.code) : error.message}\n`),
});
for (let index = 0; index < Number(process.argv[3]); index += 1) {
  journal.append({ type: "sample", timestamp: index, index, metrics: { cpu_percent: index / 7 } });
}
process.stdin.on("end", () => void journal.close().then(() => process.stdout.write("done\n"))).resume();
