import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startTracelet, temporaryFolder, until } from "../support/tracelet.ts";
import { journalOf, stepsIn } from "./one-kill.ts";

/** How long the run is; without it there is none. */
const SECONDS = Number(process.env["SOAK_SECONDS"] ?? 0);
const PAUSE_MS = 5;
const LOOKS = 40;
/** What memory may grow by over the second half of the run: the allocator is not exact to the page. */
const MOST_GROWTH = 0.02;
const CHILD = fileURLToPath(new URL("numbered-lines.mjs", import.meta.url));

test.runIf(SECONDS > 0)(
  `a run that prints two hundred lines a second for ${SECONDS} s has every point, and its memory stays as it is`,
  async () => {
    const cwd = await temporaryFolder();
    const lines = Math.round((SECONDS * 1000) / PAUSE_MS);
    const command = [process.execPath, CHILD, join(cwd, "record"), String(lines), String(PAUSE_MS)];
    const running = startTracelet(["run", "--quiet", "--interval", "1", "--", ...command], { cwd });
    const watcher = await until("a watcher", async () => (await journalOf(cwd)).find(({ type }) => type === "watcher"));
    const memory: number[] = [];
    // The run is a little longer than its pauses.
    for (let look = 0; look < LOOKS; look += 1) {
      await wait((SECONDS * 1000) / LOOKS);
      memory.push((await ownSize(running.pid)) + (await ownSize(Number(watcher["pid"]))));
    }
    const ended = await running.ended;
    const steps = stepsIn(await journalOf(cwd));
    const [middle, last] = [
      medianOf(memory.slice(LOOKS / 2, (3 * LOOKS) / 4)),
      medianOf(memory.slice((3 * LOOKS) / 4)),
    ];
    const file = process.env["SOAK_RESULTS"];
    if (file !== undefined) {
      const figures = {
        seconds: SECONDS,
        points: steps.length,
        lines,
        memoryInTheMiddle: middle,
        memoryAtTheEnd: last,
      };
      await appendFile(file, `${JSON.stringify(figures)}\n`);
    }
    expect(ended.code).toBe(7);
    expect(steps).toHaveLength(lines);
    expect(steps.every((step, index) => step === index + 1)).toBe(true);
    expect(last / middle).toBeLessThan(1 + MOST_GROWTH);
  },
  SECONDS * 3000,
);

/**
 * Bytes that no other process has: the share of what is shared depends on who else runs Node meanwhile.
 * https://docs.kernel.org/filesystems/proc.html
 */
async function ownSize(pid: number | undefined): Promise<number> {
  const [, kilobytes] = /^Private_Dirty:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
