// A job that keeps all cores busy with a fixed amount of work, after a rest in which whatever watches it can start. Writes
// the seconds that the work took into a file. Needs a build. Usage: node bench/peers/job.mjs FILE UNITS PASSES REST_SECONDS
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const [file, units, passes, rest] = process.argv.slice(2);
const kernel = fileURLToPath(new URL("../../dist/kernel.cjs", import.meta.url));
const child = spawn(process.execPath, [kernel, String(availableParallelism())], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
await lines.next();
await wait(1000 * Number(rest));
child.stdin.write(`work ${units} ${passes}\n`);
const { value } = await lines.next();
writeFileSync(file, String(Number(value.split(" ")[1]) / 1e9));
child.stdin.end();
