// Prints a numbered line every few milliseconds, and keeps a record of its own: each number once it is printed, and how
// it came to its end. Usage: numbered-lines.mjs RECORD LINES PAUSE_MS
import { openSync, writeSync } from "node:fs";

const [record, lines, pause] = process.argv.slice(2);
const own = openSync(record, "a");
const sleeper = new Int32Array(new SharedArrayBuffer(4));
for (let step = 1; step <= Number(lines); step += 1) {
  print(step);
  writeSync(own, `${step}\n`);
  Atomics.wait(sleeper, 0, 0, Number(pause));
}
writeSync(own, "end\n");
process.exit(7);

function print(step) {
  try {
    writeSync(1, `step=${step} loss=${(1 / step).toFixed(6)}\n`);
  } catch (error) {
    writeSync(own, `broken ${step} ${error.code}\n`);
    process.exit(9);
  }
}
